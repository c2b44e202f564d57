/** The commands that open and close tunnels, or use them. */
import { command, type Command, type Flag, type Flags } from '../command.ts'
import { oneTunnel, timeout, tunnels } from './shared.ts'

const planAsJson = { kind: 'switch', describe: 'With --dry-run: print it as JSON' } as const satisfies Flag

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
  json: planAsJson,
  'exit-code': { kind: 'switch', describe: 'With --dry-run: exit with 10 when there is something to do' },
} as const satisfies Flags

const upConflicts = [
  ['attach', 'detach'],
  ['attach', 'no-wait'],
  ['force-recreate', 'no-recreate'],
] as const

export const changing: readonly Command[] = [
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
      ['p2p up --dry-run', 'show what would be opened (+), reopened (~), closed (-) and kept (=)'],
      ['p2p -f lab.yaml up --wait-timeout 20s', 'another file, and not for ever'],
    ],
    load: () => import('../../commands/up.ts'),
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
      json: planAsJson,
    },
    examples: [
      ['p2p down', 'close every tunnel of the project'],
      ["p2p down 'pi-*'", 'close those whose name begins with pi-'],
      ['p2p down -t 2s', 'kill what does not end within two seconds'],
    ],
    load: () => import('../../commands/down.ts'),
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
    load: () => import('../../commands/restart.ts'),
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
    load: () => import('../../commands/run.ts'),
  }),
  command({
    name: 'open',
    summary: 'Start the client that fits a tunnel, and open the tunnel for it',
    about:
      'The browser for an http or https url, else what `client` of the tunnel says, else what is usual for its port or the scheme of its url: ssh, psql, mysql, redis-cli, mongosh, vncviewer. Shows what it runs. Closes the tunnel again as p2p run does; for a browser it stays open. Exits as the client does.',
    words: oneTunnel,
    rest: { key: 'argv', shown: 'ARGS', describe: 'More arguments for the client' },
    examples: [
      ['p2p open web-pi', 'in the browser'],
      ['p2p open db -- -U app', 'psql, as app'],
    ],
    load: () => import('../../commands/open.ts'),
  }),
]
