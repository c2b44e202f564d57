/** The commands about the project file, secrets and p2p itself. */
import { command, type Command } from '../command.ts'
import { json, oneTunnel } from './shared.ts'

export const managing: readonly Command[] = [
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
    load: () => import('../../commands/config.ts'),
  }),
  command({
    name: 'init',
    summary: 'Write a commented p2p.yaml to start from',
    flags: { force: { kind: 'switch', describe: 'Set a p2p.yaml that is there already aside' } },
    examples: [['p2p init && p2p up', 'from nothing to an open tunnel']],
    load: () => import('../../commands/init.ts'),
  }),
  command({
    name: 'add',
    summary: 'Add a tunnel to p2p.yaml, and leave the rest of it as it is',
    about:
      'Nothing is written unless the file is valid with it. Without a p2p.yaml it writes one. Further keys are for p2p edit.',
    words: oneTunnel,
    rest: { key: 'argv', shown: 'CMD', describe: 'A program that is the tunnel, and its arguments' },
    flags: {
      ssh: { kind: 'text', value: 'HOST:TO:PORT', describe: 'Through ssh to HOST, from there to TO:PORT' },
      connectd: { kind: 'text', value: 'UID', describe: 'A remote.it service' },
      tcp: { kind: 'text', value: 'TO:PORT', describe: "Through p2p's own relay" },
      port: { kind: 'text', value: 'PORT|auto', describe: 'The local port (auto)' },
      up: { kind: 'switch', describe: 'Open it as well' },
    },
    conflicts: [
      ['ssh', 'connectd'],
      ['ssh', 'tcp'],
      ['connectd', 'tcp'],
    ],
    examples: [
      ['p2p add db --ssh deploy@bastion:db.internal:5432 --up', 'a database behind a bastion, and open it'],
      ["p2p add api --port 8080 -- kubectl port-forward svc/api '{port}:80'", 'any program'],
    ],
    load: () => import('../../commands/add.ts'),
  }),
  command({
    name: 'edit',
    summary: 'Edit p2p.yaml, check it, show what would change, and ask whether to do it',
    about: 'Starts VISUAL, EDITOR or vi. What is not valid stays in the file as you left it, and opens nothing.',
    examples: [['p2p edit', 'change a port, and reopen what it is about']],
    load: () => import('../../commands/edit.ts'),
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
    load: () => import('../../commands/import/index.ts'),
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
    load: () => import('../../commands/export.ts'),
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
    load: () => import('../../commands/login.ts'),
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
    load: () => import('../../commands/doctor.ts'),
  }),
  command({
    name: 'completion',
    summary: 'Let your shell complete the command lines of p2p',
    about:
      'Prints the script for bash, zsh or fish; install puts it where that shell looks for such scripts (the shell is that of $SHELL unless named) and says what to add to its start-up file where that is not enough. Never writes to a start-up file.',
    words: {
      kind: 'names',
      key: 'words',
      shown: 'bash|zsh|fish|install|uninstall',
      describe: 'A shell, or install or uninstall and perhaps a shell',
    },
    examples: [
      ['p2p completion install', 'for your shell'],
      ['p2p completion fish | source', 'only for this fish'],
    ],
    load: () => import('../../commands/completion/index.ts'),
  }),
  command({
    name: 'explain',
    summary: 'Explain a key of p2p.yaml: meaning, values, default, example',
    about: 'KEY is a key, or a path as errors name it. Without one, the keys at the top. Reads no project.',
    words: { kind: 'word', key: 'key', shown: 'KEY[.KEY]', describe: 'The key' },
    examples: [
      ['p2p explain healthcheck.interval', 'one key'],
      ['p2p explain tunnels.db.connectd', 'as an error names it'],
    ],
    load: () => import('../../commands/explain.ts'),
  }),
  command({
    name: 'version',
    summary: 'Show the version',
    flags: { json },
    load: () => import('../../commands/version.ts'),
  }),
]
