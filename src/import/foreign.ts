/** What a text is that holds no connection, and what to hand over instead. */

export interface Foreign {
  code: string
  is: string
  instead: string
}

const ofConnectd = 'hand over the file that connectd -f is called with, or the script that starts connectd'
const ofConnection = 'hand over the file that connects to a device: it has autoconnect and remote_address'
const ofService = 'write the connectd command in it on one line, and import that'

const table = {
  empty: ['empty'],
  'too-large': ['too large for a provisioning file or a launch script'],
  binary: ['a binary file'],
  program: ['a program, not its settings'],
  archive: ['an archive or a package', 'unpack it, and hand over the provisioning files in it'],
  'utf-16': ['a text in UTF-16, of which connectd reads not a single key', 'save it as UTF-8'],
  'private-key': ['a private key'],
  'connectd-output': ['what connectd printed when it ran'],
  json: [
    'a JSON file, perhaps the settings of the remote.it desktop or command line',
    'hand over provisioning files, or add its connections to p2p.yaml: id is the uid, ip and port are bind and port',
  ],
  'p2p-file': ['a p2p.yaml already', 'use it with p2p -f, or name it under include'],
  launchd: ['a property list of launchd, which p2p import does not read', ofService],
  compose: ['a file of docker compose, which p2p import does not read', ofService],
  'ssh-config': [
    'a configuration of ssh, which p2p import does not read',
    'write tunnels with ssh: { to: HOST, forward: ... }; they use your ssh configuration as it is',
  ],
  'batch-file': ['a batch file of Windows', 'hand over the command line in it, or the provisioning file that it names'],
  'other-language': ['a script in a language that p2p import does not read'],
  'other-script': ['a script that does not start connectd'],
  'script-without-connection': [
    'a script that names connectd, but has no command of it that makes a connection',
    'hand over the provisioning file or the command line that makes the connection',
  ],
  'callers-file': [
    'a script that starts connectd with a provisioning file which only its caller knows',
    'hand over that provisioning file',
  ],
  'other-service': [
    'a unit of systemd or a program of supervisord that does not run connectd with a connection',
    'hand over the file that connectd -f is called with, or the script that the service runs',
  ],
  'unknown-file': [
    'nothing that p2p can import: neither a provisioning file of connectd nor a script or command line that starts it',
    'hand over the file that connectd -f is called with, or the command line itself',
  ],
  'signed-target': [
    'a signed provisioning file: it makes this machine a target that others connect to, and only connectd can read it',
    ofConnection,
  ],
  target: ['the provisioning file of a target: it offers a service of this machine to others', ofConnection],
  console: [
    'a provisioning file without remote_address: connectd logs in and waits for commands on standard input',
    'hand over the file that connects to a device, or add remote_address, proxy_local_port and autoconnect',
  ],
  'no-connection': ['a provisioning file that connects to nothing', ofConnection],
} satisfies Record<string, [is: string, instead?: string]>

export type ForeignKind = keyof typeof table

/** `detail`: what is known of this one besides. */
export function foreign(kind: ForeignKind, detail = ''): Foreign {
  const [is, instead = ofConnectd]: [is: string, instead?: string] = table[kind]
  return { code: codes[kind] ?? kind, is: is + detail, instead }
}

/** Where two kinds share a code. */
const codes: Partial<Record<ForeignKind, string>> = { console: 'no-connection', 'other-language': 'other-script' }
