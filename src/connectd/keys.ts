/** The keys of connectd 4.6's provisioning files, as observed: for the importer and the simulator. */

/** Whose key it is. `shell` keys hold commands that connectd runs: they are never imported and never run. */
type KeyRole = keyof typeof table

export interface Key extends Row {
  /** Spelling in the vendor's own files; comparison is case sensitive. */
  name: KeyName
  role: KeyRole
  synonyms: readonly string[]
}

export type KeyName = { [Role in KeyRole]: keyof (typeof table)[Role] }[KeyRole]

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
  synonyms?: readonly string[]
  /** connectd dies of a word that is no dotted quad. */
  isAddress?: true
  /** Bytes that are kept of the word; what is longer is cut without a message. */
  maxBytes?: number
  /** Where the key stands there twice, the first one counts; of all others the last. */
  firstCounts?: true
}

const table = {
  /** What makes a connection from here to a device. */
  initiator: {
    user_id: { synonyms: ['Yoics_id'], maxBytes: 124, meaning: 'account' },
    auth_pass: { synonyms: ['Yoics_pass', 'user_pass'], maxBytes: 31, meaning: 'password in clear text' },
    auth_hash: { meaning: 'service_authhash, 40 hex digits, instead of a password' },
    auth_index: { synonyms: ['token_index'], meaning: 'number of a login token' },
    auth_token: { synonyms: ['token'], meaning: 'login token' },
    encryption: { synonyms: ['encrypt_level'], meaning: '0 none, 1 RC4, 2 XXTEA (default)' },
    remote_address: { meaning: 'UID of the service to reach' },
    proxy_local_port: { synonyms: ['proxy_local_port0'], meaning: 'local TCP port, 0 if absent' },
    proxy_bind_address: { isAddress: true, meaning: 'local address, a dotted quad; absent means 0.0.0.0' },
    max_depth: { synonyms: ['max_outstanding'], meaning: 'packets in flight, default 8' },
    autoconnect: { meaning: 'its presence makes the file an initiator; 4.6 never reads the number' },
  },
  /** What offers a service of this machine to others. */
  target: {
    UID: { firstCounts: true, meaning: 'identity of a target' },
    password: { synonyms: ['secret'], meaning: 'secret of a target, 40 hex digits' },
    proxy_dest_ip: { synonyms: ['proxy_dest_host'], meaning: 'host of the service a target exposes' },
    proxy_dest_port: { synonyms: ['proxy_dest_port0'], meaning: 'port of the service a target exposes, default 80' },
    application_type: { meaning: '4 VNC, 5 RDP, 7 HTTP, 8 HTTPS, 28 SSH, 34 Samba, 35 bulk' },
  },
  /** Where the service itself is. */
  service: {
    server_override: { synonyms: ['yoics_server1_ip'], meaning: 'service address' },
    yoics_server1_port: { meaning: 'service port' },
    fe_server_list: { meaning: 'service addresses' },
  },
  /** How this daemon behaves. */
  local: {
    enabled: { meaning: '0: connectd refuses to run' },
    iface: { meaning: 'network interface' },
    side_channel_port: { meaning: 'port of the side channel' },
    server_channel: { meaning: 'port of the server channel' },
    info_file: { meaning: 'file that it writes status to' },
    logfile: { meaning: 'file that it logs to' },
    log_mask: { meaning: 'what it logs' },
    lifetime: { meaning: 'how long the process may live' },
    grace_period: { meaning: 'grace period' },
    lockdown: { meaning: 'lockdown' },
    keepalive_pulse: { meaning: 'keep-alive timing' },
    keepalive_ack_count: { meaning: 'keep-alive timing' },
    keepalive_unack: { meaning: 'keep-alive timing' },
    keepalive_short_ttl: { meaning: 'keep-alive timing' },
    keepalive_p2p: { meaning: 'keep-alive timing' },
  },
  /** How a device is registered; mostly inside the encrypted block. */
  registration: {
    api_server: { meaning: 'registration server' },
    api_version: { meaning: 'registration interface' },
    project_key: { meaning: 'registration key' },
    project_secret: { meaning: 'registration secret' },
    manufacture_id: { meaning: 'manufacturer' },
    platform_version: { meaning: 'platform' },
    application_version: { meaning: 'application version' },
    application_subversion: { meaning: 'application version' },
    id_index: { meaning: 'registration index' },
    uid_init: { meaning: 'how the UID is made' },
    bulkenabled: { meaning: 'bulk registration' },
    SERIAL_NUM: { firstCounts: true, meaning: 'serial number' },
  },
  /** Commands that the daemon hands to a shell. */
  shell: {
    yoics_pass_write_shell: { meaning: 'shell command' },
    yoics_pass_write_key: { meaning: 'shell command' },
    yoics_pass_write_program: { meaning: 'shell command' },
    uid_write_cmd: { meaning: 'shell command' },
    secret_write_cmd: { meaning: 'shell command' },
  },
} as const satisfies Record<string, Record<string, Row>>

export const keys: readonly Key[] = Object.entries(table).flatMap(([role, rows]) =>
  Object.entries(rows as Record<string, Row>).map(
    ([name, row]) => ({ synonyms: [], ...row, name, role }) as unknown as Key,
  ),
)

const byWord = new Map<string, Key>(keys.flatMap((key) => [key.name, ...key.synonyms].map((word) => [word, key])))
