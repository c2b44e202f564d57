/** Every command of p2p: a file in commands/ and a row here, which decides what is parsed and what help says. */
import { states } from '../core/model.ts'
import { command, type Command, type Flag, type Flags, type Words } from './command.ts'

const tunnels = {
  kind: 'names',
  key: 'names',
  shown: 'NAME',
  describe: "Tunnels by name or pattern ('pi-*'); none means all of the project",
} as const satisfies Words

const oneTunnel = { kind: 'word', key: 'name', shown: 'NAME', describe: 'The tunnel' } as const satisfies Words

const json = { kind: 'switch', describe: 'Print as JSON' } as const satisfies Flag

const timeout = { kind: 'duration', value: 'DURATION', default: null } as const

const upFlags = {
  attach: { kind: 'switch', describe: 'Stay, follow the logs, and close on Ctrl-C what this opened' },
  detach: { kind: 'switch', short: 'd', describe: 'Return when all are open, which is the default' },
  'no-wait': { kind: 'switch', describe: 'Launch and return without waiting until they are open' },
  'wait-timeout': { ...timeout, describe: 'Stop waiting after that long and leave things going' },
  'no-deps': { kind: 'switch', describe: 'Leave out what the named tunnels depend on' },
  'force-recreate': { kind: 'switch', describe: 'Reopen also what is open and unchanged' },
  'no-recreate': { kind: 'switch', describe: 'Leave open also what has changed' },
  'remove-orphans': { kind: 'switch', describe: 'Close tunnels that the file no longer declares' },
  'dry-run': { kind: 'switch', describe: 'Print what would be done, and do nothing' },
  'exit-code': { kind: 'switch', describe: 'With --dry-run: exit with 10 when there is something to do' },
} as const satisfies Flags

const upConflicts = [
  ['attach', 'detach'],
  ['attach', 'no-wait'],
  ['force-recreate', 'no-recreate'],
] as const

export const commands: readonly Command[] = [
  command({
    name: 'up',
    aliases: ['start'],
    summary: 'Open tunnels and wait until each one is proved open',
    about:
      'Opens what is missing, reopens what has changed in the file, keeps the rest. What a tunnel depends on is opened first. Proved open: its own program listens (without a port: lives on), and a healthcheck was answered once, unless `ready` says otherwise. The tunnels outlive the command.',
    words: tunnels,
    flags: upFlags,
    conflicts: upConflicts,
    examples: [
      ['p2p up', 'open every tunnel of the project'],
      ['p2p up ssh-pi', 'open one, and what it depends on'],
      ['p2p up --dry-run', 'show what would be opened, reopened and kept'],
      ['p2p -f lab.yaml up --wait-timeout 20s', 'another file, and not for ever'],
    ],
    load: () => import('../commands/up.ts'),
  }),
  command({
    name: 'down',
    aliases: ['stop'],
    summary: 'Close tunnels, and return when they are gone',
    about: 'Dependants are closed first. Works also where the project file is broken or missing.',
    words: tunnels,
    flags: {
      timeout: {
        ...timeout,
        short: 't',
        describe: "How long a program may take to end before it is killed (the tunnel's own stop.grace)",
      },
      purge: { kind: 'switch', describe: 'Remove logs and recorded state too' },
      'all-projects': { kind: 'switch', describe: 'Close the tunnels of every project of this user' },
      'dry-run': { kind: 'switch', describe: 'Print what would be done, and do nothing' },
    },
    examples: [
      ['p2p down', 'close every tunnel of the project'],
      ["p2p down 'pi-*'", 'close those whose name begins with pi-'],
      ['p2p down -t 2s', 'kill what does not end within two seconds'],
    ],
    load: () => import('../commands/down.ts'),
  }),
  command({
    name: 'restart',
    summary: 'Close tunnels and open them again as the file says now',
    about: 'Only what is named is reopened, besides tunnels that asked to follow it (depends_on with restart: true).',
    words: tunnels,
    flags: upFlags,
    conflicts: upConflicts,
    examples: [
      ['p2p restart', 'reopen every tunnel of the project'],
      ['p2p restart web-pi', 'reopen one'],
    ],
    load: () => import('../commands/restart.ts'),
  }),
  command({
    name: 'run',
    aliases: ['exec'],
    summary: 'Open tunnels, run a command that uses them, and close them again',
    about:
      'Opens what is missing, and waits until it is open (healthy where that is checked). The command finds each tunnel in its environment: P2P_DB_HOST, P2P_DB_PORT and P2P_DB_URL of a tunnel db; P2P_HOST and P2P_PORT where one tunnel is named. Closed afterwards is only what this run opened, once no other run uses it; p2p up in the meantime makes it stay. Exits as the command does.',
    words: tunnels,
    rest: { key: 'argv', shown: 'CMD', describe: 'The command and its arguments' },
    flags: { keep: { kind: 'switch', describe: 'Leave open what this opened' } },
    examples: [
      ["p2p run db -- sh -c 'psql -h $P2P_HOST -p $P2P_PORT'", 'a client through one tunnel'],
      ['p2p run -- npm test', 'tests with all tunnels of the project'],
    ],
    load: () => import('../commands/run.ts'),
  }),
  command({
    name: 'ps',
    aliases: ['status', 'list'],
    summary: 'Show which tunnels are open, where, by which process, and if not, why',
    about:
      'What is shown was verified just now. A TEMPLATE has the keys of --json: {{.Name}} {{.Port}}, {{json .}}, with \\t and \\n.',
    words: tunnels,
    flags: {
      json: { kind: 'switch', describe: 'The same as --format json' },
      format: { kind: 'text', value: 'table|wide|json|TEMPLATE', describe: 'How to print' },
      pids: { kind: 'switch', short: 'q', describe: 'Print only the PIDs' },
      status: {
        kind: 'list',
        value: 'STATE',
        commas: true,
        choices: states,
        describe: 'Only tunnels in that state; may be repeated',
      },
      check: { kind: 'switch', describe: 'Exit with 3 unless every wanted tunnel is open' },
      watch: { kind: 'switch', short: 'w', describe: 'Keep showing, until Ctrl-C' },
    },
    conflicts: [
      ['json', 'pids'],
      ['check', 'watch'],
    ],
    examples: [
      ['p2p ps', 'a table'],
      ['p2p ps --format wide', 'with driver, profiles, last error and log file'],
      ["p2p ps --format '{{.Name}} {{.Port}}'", 'only names and ports'],
      ['p2p ps --json | jq -r .[].url', 'for programs'],
      ['p2p ps --check', 'for scripts: is everything open?'],
    ],
    load: () => import('../commands/ps.ts'),
  }),
  command({
    name: 'logs',
    summary: "Show the tunnels' own output",
    about:
      'A line shows where a run begins, and when. Of the supervisor, which keeps tunnels open, only where it is named: @supervisor.',
    words: tunnels,
    flags: {
      follow: { kind: 'switch', short: 'f', describe: 'Go on as they say more, until Ctrl-C' },
      tail: { kind: 'lines', value: 'N|all', short: 'n', describe: 'Only the last lines of each (all)' },
      'no-log-prefix': { kind: 'switch', describe: "Only the programs' own lines: no names, no borders" },
    },
    examples: [
      ['p2p logs -f', 'everything, as it comes'],
      ['p2p logs -n 20 ssh-pi', 'the last 20 lines of one'],
    ],
    load: () => import('../commands/logs.ts'),
  }),
  command({
    name: 'why',
    summary: 'Explain one tunnel: every layer with its evidence, and what to do',
    about:
      'Its processes, its listener, what proved it open, its health, what it needs, how it ended before, whether it is tried again, and its last words.',
    words: oneTunnel,
    flags: { json },
    examples: [['p2p why ssh-pi', 'why it is as it is']],
    load: () => import('../commands/why.ts'),
  }),
  command({
    name: 'events',
    summary: 'Show what happened to the tunnels, and when',
    about:
      'Opened, closed, ended by itself and why, to be opened again: told by every command and by the supervisor. TIME is as in RFC 3339.',
    words: tunnels,
    flags: {
      follow: { kind: 'switch', short: 'f', describe: 'Go on as more happens, until Ctrl-C' },
      since: { kind: 'text', value: 'DURATION|TIME', describe: 'Only what is younger than that, or happened after it' },
      json: { kind: 'switch', describe: 'One JSON object a line' },
    },
    examples: [
      ['p2p events --since 1h', 'the last hour'],
      ['p2p events -f ssh-pi', 'one tunnel, as it happens'],
    ],
    load: () => import('../commands/events.ts'),
  }),
  command({
    name: 'wait',
    summary: 'Wait until tunnels are open, closed or healthy',
    about:
      'Exits with 0 as soon as it holds, with 1 when it no longer can (failed and not retried), with 124 when time is up.',
    words: tunnels,
    flags: {
      for: {
        kind: 'choice',
        choices: ['open', 'closed', 'healthy'],
        default: 'open',
        describe: 'What to wait for (open)',
      },
      timeout: { ...timeout, describe: 'Give up after that long' },
      any: { kind: 'switch', describe: 'One of the tunnels is enough' },
    },
    examples: [
      ['p2p wait --timeout 1m', 'until all of the project are open'],
      ['p2p wait --for closed ssh-pi', 'until nothing of it runs any more'],
    ],
    load: () => import('../commands/wait.ts'),
  }),
  command({
    name: 'port',
    summary: 'Print the local address of a tunnel as host:port, and nothing else',
    words: oneTunnel,
    examples: [['p2p port web-pi', 'for scripts: curl "http://$(p2p port web-pi)/"']],
    load: () => import('../commands/port.ts'),
  }),
  command({
    name: 'url',
    summary: 'Print the url of a tunnel, and nothing else',
    words: oneTunnel,
    examples: [['p2p url web-pi', 'for scripts: curl "$(p2p url web-pi)"']],
    load: () => import('../commands/url.ts'),
  }),
  command({
    name: 'env',
    summary: 'Print where the tunnels are as variables: P2P_DB_HOST, P2P_DB_PORT, P2P_DB_URL',
    about:
      'Of tunnels that are open; any other is named on standard error, and the exit status is 3. A - in a name becomes _.',
    words: tunnels,
    flags: {
      format: {
        kind: 'choice',
        choices: ['sh', 'dotenv', 'json', 'fish'],
        default: 'sh',
        describe: 'For which reader (sh)',
      },
      declared: { kind: 'switch', describe: 'Also of tunnels that are not open' },
    },
    examples: [
      ['eval "$(p2p env db)"', 'for this shell'],
      ['p2p env --format dotenv > .env.tunnels', 'for a program that reads such a file'],
    ],
    load: () => import('../commands/env.ts'),
  }),
  command({
    name: 'ls',
    summary: 'List all projects on this machine, with how their tunnels are',
    about: 'From what is on record: no project file is read.',
    flags: {
      json,
      quiet: { kind: 'switch', short: 'q', describe: 'Print only the names' },
    },
    conflicts: [['json', 'quiet']],
    examples: [['p2p ls', 'where is anything open?']],
    load: () => import('../commands/ls.ts'),
  }),
  command({
    name: 'config',
    aliases: ['validate'],
    summary: 'Check the project file and print it with everything resolved',
    about: 'Secrets are masked. What is printed is a project file again.',
    flags: {
      quiet: { kind: 'switch', short: 'q', describe: 'Only check' },
      format: { kind: 'choice', choices: ['yaml', 'json'], default: 'yaml', describe: 'How to print' },
      json: {
        kind: 'shorthand',
        stands: { for: 'format', value: 'json' },
        describe: 'The same as --format json; errors are printed as JSON too',
      },
      names: { kind: 'switch', describe: 'Print only the names of the tunnels' },
      profiles: { kind: 'switch', describe: 'Print only the names of the profiles' },
      hash: { kind: 'switch', describe: 'Print NAME HASH for each tunnel: what changes when it must be reopened' },
    },
    conflicts: [
      ['names', 'profiles'],
      ['names', 'hash'],
      ['profiles', 'hash'],
    ],
    examples: [
      ['p2p config -q', 'is the file right?'],
      ['p2p config', 'what does it come to?'],
    ],
    load: () => import('../commands/config.ts'),
  }),
  command({
    name: 'init',
    summary: 'Write a commented p2p.yaml to start from',
    flags: { force: { kind: 'switch', describe: 'Set a p2p.yaml that is there already aside' } },
    examples: [['p2p init && p2p up', 'from nothing to an open tunnel']],
    load: () => import('../commands/init.ts'),
  }),
  command({
    name: 'import',
    summary: 'Turn provisioning files, command lines and scripts of connectd into p2p.yaml',
    about:
      'Reads each as connectd 4.6 would, says where that is not what its author meant, and writes what was meant. Of a folder every file is looked at; - is standard input. Without -o the result is printed and nothing is written.',
    words: { kind: 'names', key: 'files', shown: 'FILE', describe: 'Files, folders, or - for standard input' },
    flags: {
      output: { kind: 'text', value: 'FILE', short: 'o', describe: 'Write a new file instead of printing' },
      merge: { kind: 'switch', describe: 'Add to the file that is there, and leave the rest of it as it is' },
      secrets: {
        kind: 'choice',
        choices: ['env', 'file', 'keychain'],
        default: 'env',
        describe: 'Where secrets go: a .env beside the file, files of their own, or the keychain',
      },
      strict: { kind: 'switch', describe: 'Refuse what connectd would not do as it was meant' },
      json: { kind: 'switch', describe: 'Print a report as JSON' },
    },
    examples: [
      ['p2p import SSH-Pi.txt', 'show what it comes to'],
      ['p2p import connectd/ -o p2p.yaml', 'all files of a folder, secrets to .env'],
      ['p2p import --merge p2p.sh', "add to the project's own file"],
    ],
    load: () => import('../commands/import/index.ts'),
  }),
  command({
    name: 'export',
    summary: 'Write the project for another program',
    about:
      'connectd: a provisioning file for each connectd tunnel of the active profiles, secrets included (mode 0600, ignored by git). Nothing that is there is overwritten.',
    words: {
      kind: 'names',
      key: 'words',
      shown: 'connectd|NAME',
      describe: 'The format (connectd), then names of tunnels; without any, all of the project',
    },
    flags: { output: { kind: 'text', value: 'FOLDER', short: 'o', describe: 'Folder to write to (./connectd)' } },
    examples: [
      ['p2p export connectd', 'one file for each tunnel, into ./connectd'],
      ['p2p export connectd ssh-pi -o /tmp/pi', 'only one'],
    ],
    load: () => import('../commands/export.ts'),
  }),
  command({
    name: 'login',
    summary: 'Keep the secret of a remote.it account in the keychain of this system',
    about:
      'Asks for it on the terminal without showing it, or reads the first line of standard input. Says what to write into p2p.yaml where that does not use the keychain yet.',
    words: {
      kind: 'word',
      key: 'account',
      shown: 'ACCOUNT',
      describe: 'Name of the account in p2p.yaml; without one, default or the only one',
    },
    examples: [
      ['p2p login', 'ask for the secret of the default account'],
      ['p2p login work < password.txt', 'from a file or a pipe'],
    ],
    load: () => import('../commands/login.ts'),
  }),
  command({
    name: 'doctor',
    summary: 'Look for what keeps tunnels from opening, and say what to do about it',
    about:
      'Programs and whether they run here, network, ports held by others, secrets, folders and rights. Changes nothing. Runs connectd -h and connectd -n where there is a connectd. Exits with 1 when there is a problem.',
    flags: { json: { kind: 'switch', describe: 'Print the findings as JSON' } },
    examples: [
      ['p2p doctor', 'everything about the project here'],
      ['p2p doctor --json | jq \'.[] | select(.level == "problem")\'', 'only problems, for programs'],
    ],
    load: () => import('../commands/doctor.ts'),
  }),
  command({
    name: 'version',
    summary: 'Show the version',
    flags: { json },
    load: () => import('../commands/version.ts'),
  }),
  command({
    name: 'help',
    summary: 'Explain p2p, or one command',
    words: { kind: 'word', key: 'topic', shown: 'COMMAND', describe: 'The command to explain' },
    examples: [['p2p help up', 'the same as p2p up --help']],
    load: async () => (await import('./help.ts')).helpCommand(commands),
  }),
]

/** Not for people: in no list, and in no suggestion. */
export const hiddenCommands: readonly Command[] = [
  command({
    name: '__complete',
    summary: 'Print the names of tunnels that a shell can complete the last word to',
    words: { kind: 'names', key: 'words', shown: 'WORD', describe: 'The words typed so far, the last one in part' },
    load: () => import('../commands/complete.ts'),
  }),
]
