/** What people write as they know it from other programs, and what it is called here. Data only. */

interface Slip {
  key: string
  written: RegExp
  /** With the pattern's groups as $1, $2. */
  meant: string
}

export const valueSlips: readonly Slip[] = [
  // Compose writes `8080:80`; here the other port is the driver's.
  { key: 'port', written: /^(\d{1,5}):\d{1,5}(?:\/tcp)?$/i, meant: 'port: $1' },
  { key: 'port', written: /^(\d{1,5})\/tcp$/i, meant: 'port: $1' },
  { key: 'port', written: /^([\d.]+|localhost):(\d{1,5}):\d{1,5}$/i, meant: 'port: $2, and bind: "$1"' },
  {
    key: 'port',
    written: /^\[?([\da-f.:]*[.:][\da-f.:]*|localhost)\]?:(\d{1,5})$/i,
    meant: 'port: $2, and bind: "$1"',
  },
  { key: 'port', written: /^(?:random|any|free|dynamic)$/i, meant: 'port: auto' },
  { key: 'bind', written: /^\[([\da-f.:]+)\]$/i, meant: 'bind: "$1"' },
  { key: 'bind', written: /^([\d.]+|localhost):(\d{1,5})$/i, meant: 'bind: "$1", and port: $2' },
  { key: 'bind', written: /^(?:\*|any|all)$/i, meant: 'bind: 0.0.0.0' },
  { key: 'forward', written: /^(?:[^:]+:)?\d{1,5}:[^:]+:\d{1,5}$/, meant: 'forward: [$&]' },
  { key: 'forward', written: /^[^:\s]+:\d{1,5}$/, meant: 'to: $&, and port: 15432 beside tcp' },
  { key: 'restart', written: /^unless-stopped$/i, meant: 'restart: always (what p2p down closed stays closed)' },
  { key: 'restart', written: /^(?:off|never|none|false|disabled)$/i, meant: 'restart: no' },
  { key: 'restart', written: /^(?:on|yes|true)$/i, meant: 'restart: always' },
  { key: 'healthcheck', written: /^(?:off|no|none|never|disabled)$/i, meant: 'healthcheck: false' },
]

const belowSsh = 'put it below ssh: ssh: { to: HOST, $key: ... }'

/** By the map's own key; `tunnel` for the keys of a tunnel. */
export const keySlips: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tunnel: {
    forward: `${belowSsh}, or below tcp: tcp: { forward: [...] }`,
    ...Object.fromEntries(['reverse', 'dynamic', 'jump', 'identity'].map((key) => [key, belowSsh])),
    uid: 'put it below connectd: connectd: { uid: ... }',
    to: 'put it below its driver: ssh: { to: ... } or tcp: { to: ... }',
    host: 'bind is the local address; the far host stands below ssh or tcp as to',
  },
  ssh: {
    port: 'to: ssh://user@host:2222; the local port is a key of the tunnel',
    user: 'to: user@host',
    host: 'to: user@host',
    hostname: 'to: user@host',
    key: 'identity: ~/.ssh/id_bench',
    identity_file: 'identity: ~/.ssh/id_bench',
    proxy_jump: 'jump: bastion',
    bind: 'bind is a key of the tunnel, beside ssh',
    local: 'forward: db.internal:5432, and port: 15432 beside ssh',
    remote: 'reverse: { from: 0.0.0.0:9000, to: 127.0.0.1:3000 }',
    password: 'ssh itself asks for no password here: use a key or an agent',
  },
  tcp: { host: 'to: 10.0.0.5:6379', port: 'to: 10.0.0.5:6379; the local port is a key of the tunnel' },
}
