/** The keys of connectd 4.6's provisioning files, as observed: for the importer and the simulator. */

/** Whose key it is. `shell` keys hold commands that connectd runs: they are never imported and never run. */
type KeyRole = 'initiator' | 'target' | 'service' | 'local' | 'registration' | 'shell'

/** How connectd reads the word after the key. `presence`: the word is never looked at. */
type KeyValue = 'text' | 'number' | 'port' | 'uid' | 'address' | 'presence'

export interface Key {
  /** Spelling in the vendor's own files; comparison is case sensitive. */
  name: KeyName
  synonyms: readonly string[]
  role: KeyRole
  value: KeyValue
  /** Bytes that are kept of the word; what is longer is cut without a message. */
  maxBytes: number | null
  /** Which one counts when the key stands there twice. */
  duplicate: 'last' | 'first'
  meaning: string
}

export type KeyName = keyof typeof table

/** The key that a word in a file means, or null: connectd ignores it in silence. */
export function findKey(word: string): Key | null {
  return byWord.get(word) ?? null
}

/** The key that differs from a word only in case: what the author most likely meant. */
export function findKeyInAnyCase(word: string): Key | null {
  const lower = word.toLowerCase()
  for (const [spelling, key] of byWord) if (spelling.toLowerCase() === lower) return key
  return null
}

interface Row {
  meaning: string
  role: KeyRole
  value?: KeyValue
  synonyms?: readonly string[]
  maxBytes?: number
  duplicate?: 'first'
}

const table = {
  // What makes a connection from here to a device.
  user_id: { role: 'initiator', synonyms: ['Yoics_id'], maxBytes: 124, meaning: 'account' },
  auth_pass: {
    role: 'initiator',
    synonyms: ['Yoics_pass', 'user_pass'],
    maxBytes: 31,
    meaning: 'password in clear text',
  },
  auth_hash: { role: 'initiator', meaning: 'service_authhash, 40 hex digits, instead of a password' },
  auth_index: { role: 'initiator', value: 'number', synonyms: ['token_index'], meaning: 'number of a login token' },
  auth_token: { role: 'initiator', synonyms: ['token'], meaning: 'login token' },
  encryption: {
    role: 'initiator',
    value: 'number',
    synonyms: ['encrypt_level'],
    meaning: '0 none, 1 RC4, 2 XXTEA (default)',
  },
  remote_address: { role: 'initiator', value: 'uid', meaning: 'UID of the service to reach' },
  proxy_local_port: {
    role: 'initiator',
    value: 'port',
    synonyms: ['proxy_local_port0'],
    meaning: 'local TCP port, 0 if absent',
  },
  proxy_bind_address: {
    role: 'initiator',
    value: 'address',
    meaning: 'local address, a dotted quad; absent means 0.0.0.0',
  },
  max_depth: {
    role: 'initiator',
    value: 'number',
    synonyms: ['max_outstanding'],
    meaning: 'packets in flight, default 8',
  },
  autoconnect: {
    role: 'initiator',
    value: 'presence',
    meaning: 'its presence makes the file an initiator; 4.6 never reads the number',
  },

  // What offers a service of this machine to others.
  UID: { role: 'target', value: 'uid', duplicate: 'first', meaning: 'identity of a target' },
  password: { role: 'target', synonyms: ['secret'], meaning: 'secret of a target, 40 hex digits' },
  proxy_dest_ip: { role: 'target', synonyms: ['proxy_dest_host'], meaning: 'host of the service a target exposes' },
  proxy_dest_port: {
    role: 'target',
    value: 'port',
    synonyms: ['proxy_dest_port0'],
    meaning: 'port of the service a target exposes, default 80',
  },
  application_type: {
    role: 'target',
    value: 'number',
    meaning: 'service kind of a target: 4 VNC, 5 RDP, 7 HTTP, 8 HTTPS, 28 SSH, 34 Samba, 35 bulk',
  },

  // Where the service itself is.
  server_override: { role: 'service', synonyms: ['yoics_server1_ip'], meaning: 'service address' },
  yoics_server1_port: { role: 'service', value: 'port', meaning: 'service port' },
  fe_server_list: { role: 'service', meaning: 'service addresses' },

  // How this daemon behaves.
  enabled: { role: 'local', value: 'number', meaning: '0: connectd refuses to run' },
  iface: { role: 'local', meaning: 'network interface' },
  side_channel_port: { role: 'local', value: 'port', meaning: 'port of the side channel' },
  server_channel: { role: 'local', value: 'number', meaning: 'port of the server channel' },
  info_file: { role: 'local', meaning: 'file that it writes status to' },
  logfile: { role: 'local', meaning: 'file that it logs to' },
  log_mask: { role: 'local', meaning: 'what it logs' },
  lifetime: { role: 'local', value: 'number', meaning: 'how long the process may live' },
  grace_period: { role: 'local', value: 'number', meaning: 'grace period' },
  lockdown: { role: 'local', value: 'number', meaning: 'lockdown' },
  keepalive_pulse: { role: 'local', value: 'number', meaning: 'keep-alive timing' },
  keepalive_ack_count: { role: 'local', value: 'number', meaning: 'keep-alive timing' },
  keepalive_unack: { role: 'local', value: 'number', meaning: 'keep-alive timing' },
  keepalive_short_ttl: { role: 'local', value: 'number', meaning: 'keep-alive timing' },
  keepalive_p2p: { role: 'local', value: 'number', meaning: 'keep-alive timing' },

  // How a device is registered; mostly inside the encrypted block.
  api_server: { role: 'registration', meaning: 'registration server' },
  api_version: { role: 'registration', meaning: 'registration interface' },
  project_key: { role: 'registration', meaning: 'registration key' },
  project_secret: { role: 'registration', meaning: 'registration secret' },
  manufacture_id: { role: 'registration', meaning: 'manufacturer' },
  platform_version: { role: 'registration', meaning: 'platform' },
  application_version: { role: 'registration', meaning: 'application version' },
  application_subversion: { role: 'registration', meaning: 'application version' },
  id_index: { role: 'registration', meaning: 'registration index' },
  uid_init: { role: 'registration', meaning: 'how the UID is made' },
  bulkenabled: { role: 'registration', meaning: 'bulk registration' },
  SERIAL_NUM: { role: 'registration', duplicate: 'first', meaning: 'serial number' },

  // Commands that the daemon hands to a shell.
  yoics_pass_write_shell: { role: 'shell', meaning: 'shell command' },
  yoics_pass_write_key: { role: 'shell', meaning: 'shell command' },
  yoics_pass_write_program: { role: 'shell', meaning: 'shell command' },
  uid_write_cmd: { role: 'shell', meaning: 'shell command' },
  secret_write_cmd: { role: 'shell', meaning: 'shell command' },
} as const satisfies Record<string, Row>

export const keys: readonly Key[] = Object.entries(table as Record<string, Row>).map(([name, row]) => ({
  name: name as KeyName,
  synonyms: row.synonyms ?? [],
  role: row.role,
  value: row.value ?? 'text',
  maxBytes: row.maxBytes ?? null,
  duplicate: row.duplicate ?? 'last',
  meaning: row.meaning,
}))

const byWord = new Map<string, Key>(keys.flatMap((key) => [key.name, ...key.synonyms].map((word) => [word, key])))
