// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.

/**
 * The tunnels of one project: what `p2p up` opens, `p2p ps` shows and `p2p down` closes.
 */
export interface ProjectFile {
  /**
   * Name of the project. With the folder of its first file, it identifies the project on this machine.
   */
  name?: Name
  /**
   * Other p2p.yaml files whose tunnels and accounts join this project. Each is read with its own folder as the base of relative paths and with its own .env. A name that exists twice is an error.
   */
  include?: Include[]
  /**
   * remote.it accounts by name. A connectd tunnel uses the one called `default` unless it names another.
   */
  accounts?: {
    [k: string]: Account
  }
  /**
   * Merged under every tunnel. A driver's block (`connectd:`, `ssh:`, ...) applies only to tunnels of that driver.
   */
  defaults?: Tunnel
  /**
   * The tunnels by name. Each has exactly one of `connectd`, `ssh`, `tcp` and `command`.
   */
  tunnels: {
    [k: string]: Tunnel
  }
}

/**
 * One tunnel: exactly one of `connectd`, `ssh`, `tcp` and `command` says what runs it; the other keys are the same for all.
 */
export interface Tunnel {
  /**
   * Local port to listen on. `auto` picks one from 33000 to 42999 that stays the same for this project and tunnel. Required where the tunnel listens: not for `ssh` or `tcp` with a list of forwards, `ssh` with only `reverse`, nor a `command` that serves no port.
   */
  port?: number | 'auto'
  /**
   * For a `command`: its further ports by name, beside `port` and on the same `bind`. `{port.NAME}`, or `{port.NAME:OTHER}` of another tunnel, is filled in. The tunnel is open when all of them listen.
   */
  ports?: {
    /**
     * A further port, or `auto`.
     */
    [k: string]: number | 'auto'
  }
  /**
   * Local address to listen on, or several for the same port: the first is `{host}`. Other machines can reach any address but loopback: `up` warns about it. connectd takes one IPv4 address, a `command` with `{host}` takes one; `localhost` means 127.0.0.1.
   */
  bind?: Address | [Address, ...Address[]]
  /**
   * A remote.it service, reached peer to peer by the program connectd.
   */
  connectd?: ConnectdOptions
  /**
   * Forwards through your own ssh: its keys, agent, jump hosts and ~/.ssh/config work as in the shell.
   */
  ssh?: SshOptions
  /**
   * p2p's own relay: listens here, connects there, needs no other program.
   */
  tcp?: TcpOptions
  /**
   * Any program that keeps running in the foreground: its name and arguments as a list, or `{run: ..., shell: true}` for a shell line.
   */
  command?: CommandOptions
  /**
   * A tunnel whose keys are merged under this one's: a name in this file, or `{file, tunnel}`.
   */
  extends?: Extends
  /**
   * What it is for. Shown by `p2p ps --json`.
   */
  description?: string
  /**
   * Your own names and values, shown by `p2p ps --json`.
   */
  labels?: {
    /**
     * Value of the label.
     */
    [k: string]: string | number | boolean
  }
  /**
   * What to open in a browser, shown by `p2p ps --json`. `{host}`, `{port}`, `{port.NAME}` of `ports`, and `{name}` are filled in.
   */
  url?: string
  /**
   * What `p2p open` starts: a program and its arguments. `{host}`, `{port}`, `{port.NAME}` of `ports`, and `{name}` are filled in. Without it: the browser for an http or https `url`, else the client that is usual for the `url`'s scheme or the port (ssh, psql, mysql, redis-cli, mongosh, vncviewer).
   */
  client?: Argv
  /**
   * The tunnel is opened only if one of these profiles is requested (`--profile`) or if the tunnel is named. Without this key it is always active.
   */
  profiles?: Profile[]
  /**
   * Tunnels that must be open before this one is opened, and that are closed after it: a list of names, or a map of names to conditions.
   */
  depends_on?: DependsOn
  /**
   * When the tunnel counts as open. Conditions given here replace the default, and all of them must hold. By default `open` proves what is listed here and, where a `healthcheck` is declared, that it was answered once.
   */
  ready?: Ready
  /**
   * What is checked repeatedly while the tunnel is open; `false` turns it off. `banner`, `http` and `tls` go through the tunnel and so prove the far end.
   */
  healthcheck?: Healthcheck
  /**
   * Whether the tunnel is restarted when it exits: `no`, `on-failure`, `on-failure:N` (give up after N retries in a row) or `always` (also after it was stopped by `kill`). An error that a retry cannot fix, such as a wrong password, is not retried.
   */
  restart?: ('no' | 'on-failure' | 'always') | string
  /**
   * For a `command`: what lines of its output mean, while it runs and when it exits. `p2p up` or the supervisor stops a program that prints one.
   */
  outcomes?: Outcomes
  /**
   * Programs to run when something happens to the tunnel: at most once each time, in the project's folder, with the environment of the tunnel's program without its secrets. `P2P_EVENT` is `open`, `unhealthy`, `failed` or `closed`, `P2P_TUNNEL` the tunnel and `P2P_REASON` why. Run by the `p2p` command or the supervisor that saw it; `up`, `down` and `restart` wait until their hooks have ended. Output goes to the tunnel's log. A hook that fails is an event, and changes nothing else. A hook may call p2p.
   */
  hooks?: Hooks
  /**
   * How the tunnel is stopped: by a signal and, after the grace period, by KILL, both to its whole process group.
   */
  stop?: Stop
  /**
   * Variables for the tunnel's program, in addition to those of the shell that ran `p2p up`: a map, or a list of NAME=VALUE. A value of the map may be a secret source.
   */
  environment?: Environment
  /**
   * Files of NAME=VALUE lines for the tunnel's program, later ones winning; `environment` wins over all of them.
   */
  env_file?: EnvFile
  /**
   * Folder in which the program runs, relative to this file.
   */
  working_dir?: Path
  /**
   * How much of the program's output is kept.
   */
  logs?: Logs
}

/**
 * A remote.it service, reached peer to peer by the program connectd.
 */
export interface ConnectdOptions {
  /**
   * UID of the service to reach: 8 hexadecimal bytes separated by colons, upper or lower case.
   */
  uid: string
  /**
   * Name of the account, under `accounts`, that logs in.
   */
  account?: Name
  /**
   * Encryption between the peers. `none` and `rc4` are not secure: p2p warns.
   */
  encryption?: 'none' | 'rc4' | 'xxtea'
  /**
   * Packets in flight for each connection. 10 to 25 is a good range, more for slow lines.
   */
  max_depth?: number
  /**
   * Address of the remote.it service if it is not the public one: host:port, over UDP.
   */
  server?: string
  /**
   * The connectd program: a name on PATH, or a path (relative to this file). `connectd-sim` is the simulator included in p2p: nothing leaves this machine.
   */
  program?: Path
}

/**
 * Forwards through your own ssh. Without `forward`, `reverse` and `dynamic` they are those of the host in ssh config (LocalForward, RemoteForward, DynamicForward), which `p2p up` and `p2p restart` read with `ssh -G`.
 */
export interface SshOptions {
  /**
   * Where to log in: a host or alias of ~/.ssh/config, user@host, or ssh://user@host:port.
   */
  to: Text
  /**
   * Local forward (ssh -L): what the tunnel's `port` leads to, seen from the far host, as host:port or the path of a socket. As a list: several forwards in one connection, each with a port of its own, as a map or as ssh -L writes it.
   */
  forward?: Text | [SshForward, ...SshForward[]]
  /**
   * Remote forward (ssh -R): the far host listens on `from` and leads to `to`, seen from here. One, or a list.
   */
  reverse?: SshReverse | [SshReverse, ...SshReverse[]]
  /**
   * The tunnel's `port` is a SOCKS proxy whose connections leave from the far host (ssh -D).
   */
  dynamic?: Flag
  /**
   * Jump host or hosts, in order (ssh -J). ssh logs in there with what ~/.ssh/config (or `config`) says of them: `identity` and `options` are for the far host alone. A connection that their ControlPersist keeps open outlives `p2p down`: ssh -O exit HOST ends it.
   */
  jump?: Text | Text[]
  /**
   * Private key file or files to offer (ssh -i) to the far host, relative to this file.
   */
  identity?: Paths
  /**
   * Configuration file to use instead of ~/.ssh/config and the system's (ssh -F), relative to this file.
   */
  config?: Path
  /**
   * Further keys of ssh_config (ssh -o). A list repeats a key; true and false mean yes and no.
   */
  options?: {
    [k: string]: SshOption
  }
}

/**
 * p2p's own relay.
 */
export interface TcpOptions {
  /**
   * Where connections lead: host:port. `{port:OTHER}`, `{port.NAME:OTHER}` and `{host:OTHER}` of a tunnel named in `depends_on` are filled in.
   */
  to?: string
  /**
   * In place of `port` and `to`: several ports in one process, each with a target of its own, as a map or as ssh -L writes it. A target that cannot be reached fails only its own connections.
   *
   * @minItems 1
   */
  forward?: [TcpForward, ...TcpForward[]]
  /**
   * Maximum number of simultaneous connections to one target; others are refused.
   */
  max_connections?: number
  /**
   * A connection without traffic for this long is closed.
   */
  idle_timeout?: Duration
}

/**
 * A program and its arguments as a list, or `{run, shell: true}`.
 */
export type CommandOptions = Argv | ShellLine

/**
 * A remote.it account: a user and one secret.
 */
export interface Account {
  /**
   * User name of the account: the e-mail address.
   */
  user: Text
  /**
   * The account's password. connectd accepts at most 31 characters without spaces; for others use `auth_hash`.
   */
  password?: Secret
  /**
   * The account's service_authhash, 40 hexadecimal digits. Replaces the password and has none of its limits.
   */
  auth_hash?: Secret
  /**
   * A login token, together with `auth_index`.
   */
  auth_token?: Secret
  /**
   * Which of the account's tokens `auth_token` is.
   */
  auth_index?: number
}

/**
 * Another p2p.yaml: its path, or its path with env files of its own.
 */
export type Include =
  | Path
  | {
      /**
       * The file, relative to this one.
       */
      path: Path
      /**
       * Variables for the interpolation of that file.
       */
      env_file?: Paths
    }

/**
 * The tunnel to extend: a name in this file, or a name in another file.
 */
export type Extends =
  | Name
  | {
      /**
       * The p2p.yaml that declares it, relative to this one.
       */
      file?: Path
      /**
       * Name of the tunnel.
       */
      tunnel: Name
    }

/**
 * Names of tunnels, or names with conditions.
 */
export type DependsOn =
  | Name[]
  | {
      [k: string]: Dependency
    }

/**
 * How this tunnel depends on the other.
 */
export interface Dependency {
  /**
   * `open`: the other is open. `healthy`: its healthcheck has succeeded as well.
   */
  condition?: 'open' | 'healthy'
  /**
   * Whether this tunnel is reopened after the other one is.
   */
  restart?: Flag
}

/**
 * Conditions that must all hold before the tunnel counts as open.
 */
export interface Ready {
  /**
   * A line of the program's output matches this regular expression.
   */
  log?: Regex
  /**
   * The listening socket belongs to this tunnel's processes, on the declared address.
   */
  listen?: Yes
  /**
   * The first bytes received through the tunnel match this regular expression.
   */
  banner?: Regex
  /**
   * A GET of this path through the tunnel is answered.
   */
  http?: HttpPath
  /**
   * This program exits with status 0.
   */
  command?: Argv
  /**
   * If it is not open within this time, the attempt is stopped and fails.
   */
  timeout?: Duration
}

/**
 * One check and its timing, or `false`.
 */
export type Healthcheck =
  | {
      /**
       * The listening socket still belongs to this tunnel. Opens no connection.
       */
      listen?: Yes
      /**
       * The first bytes received through the tunnel match this regular expression.
       */
      banner?: Regex
      /**
       * A GET of this path through the tunnel is answered.
       */
      http?: HttpPath
      /**
       * A TLS handshake through the tunnel succeeds; the certificate is not checked.
       */
      tls?: Yes
      /**
       * This program exits with status 0.
       */
      command?: Argv
      /**
       * Time between two checks.
       */
      interval?: Duration
      /**
       * A check that takes longer fails.
       */
      timeout?: Duration
      /**
       * Failed checks in a row that make the tunnel unhealthy; its restart policy then applies.
       */
      retries?: number
    }
  | false

/**
 * Lines of output and what they mean.
 *
 * Items: One line of output and what it means.
 */
export type Outcomes = {
  /**
   * A line of output of this attempt matches this regular expression, which must take linear time: no repeat inside a repeat, no look-around, back reference or large count. Of each line 4096 characters are tried.
   */
  log: Regex
  /**
   * `reopen`: its connection is dead, a retry may help. `final`: a retry does not help, a person must change something.
   */
  means: 'reopen' | 'final'
  /**
   * The reason that `up`, `ps` and `why` show. `{name}`, `{port}`, `{port.NAME}` of `ports`, `{host}` and named groups of `log` are filled in.
   */
  say: Text
}[]

/**
 * What to run, by event. A list in an override, or of a tunnel over what it extends or over `defaults`, replaces the one below it.
 */
export interface Hooks {
  /**
   * Run when the tunnel was proved open, also when it is opened again.
   */
  open?: Argv
  /**
   * Run when its `healthcheck` has failed `retries` times in a row.
   */
  unhealthy?: Argv
  /**
   * Run when it did not open, or its program ended by itself; again for each retry that fails.
   */
  failed?: Argv
  /**
   * Run when it was closed: by `down`, in order to be reopened, or by a signal from outside p2p.
   */
  closed?: Argv
  /**
   * A hook that takes longer, or has left processes running, is stopped with all of them: by TERM, and a second later by KILL.
   */
  timeout?: Duration
}

/**
 * Signal and grace period.
 */
export interface Stop {
  /**
   * The signal that asks the program to exit.
   */
  signal?: 'TERM' | 'INT' | 'HUP' | 'QUIT' | 'USR1' | 'USR2' | 'KILL'
  /**
   * How long the program may take before it is killed.
   */
  grace?: Duration
}

/**
 * A map of names to values, or a list of NAME=VALUE.
 */
export type Environment =
  | {
      [k: string]: EnvironmentValue
    }
  | string[]

/**
 * Text, a number, true or false, or a secret source.
 */
export type EnvironmentValue = (string | number | boolean) | SecretSource

/**
 * A path, or a list of paths and of `{path, required}`, relative to this file.
 */
export type EnvFile =
  | Path
  | (
      | Path
      | {
          /**
           * The file.
           */
          path: Path
          /**
           * Whether it is an error that the file is missing.
           */
          required?: Flag
        }
    )[]

/**
 * Rotation of the tunnel's log.
 */
export interface Logs {
  /**
   * The log is rotated when it exceeds this size.
   */
  max_size?: Size
  /**
   * How many rotated logs are kept.
   */
  keep?: number
}

/**
 * One of several local forwards: a map, or as ssh -L writes it: `15432:db.internal:5432`, `127.0.0.1:15432:db.internal:5432`, `[::1]:15432:/run/db.sock`.
 */
export interface SshForward {
  /**
   * Local port to listen on. `auto` picks one that stays the same for this tunnel and `to`.
   */
  port: number | 'auto'
  /**
   * Local address to listen on.
   */
  bind?: Address
  /**
   * What it leads to, seen from the far host: host:port or the path of a socket.
   */
  to: string
}

/**
 * One of several ports: a map, or as ssh -L writes it: `15432:10.0.0.5:5432`, `127.0.0.1:15432:10.0.0.5:5432`, `[::1]:15432:[fd00::5]:5432`.
 */
export interface TcpForward {
  /**
   * Local port to listen on. `auto` picks one that stays the same for this tunnel and `to`.
   */
  port: number | 'auto'
  /**
   * Local address to listen on.
   */
  bind?: Address
  /**
   * Where its connections lead: host:port, with placeholders as in `to` of `tcp`.
   */
  to: string
}

/**
 * A remote forward.
 */
export interface SshReverse {
  /**
   * Where the far host listens: a port (on its loopback), address:port, or the path of a socket. Its sshd must allow addresses other than loopback (GatewayPorts).
   */
  from: number | string
  /**
   * What it leads to, seen from here: host:port, the path of a socket, or `socks` (ssh -R PORT: a SOCKS proxy on the far host that leads anywhere from here).
   */
  to: string
}

/**
 * Value of a key: text, a number, true or false, or a list of them.
 */
export type SshOption = (string | number | boolean) | (string | number | boolean)[]

/**
 * A program and its arguments as a list, never a shell line. `{port}`, `{port.NAME}` of `ports`, `{host}`, `{name}`, and `{port:OTHER}`, `{port.NAME:OTHER}`, `{host:OTHER}` of a tunnel named in `depends_on`, are filled in.
 *
 * @minItems 1
 */
export type Argv = [string, ...string[]]

/**
 * A line for /bin/sh.
 */
export interface ShellLine {
  /**
   * The line. `{port}` and the other placeholders are filled in as they are, without quotes.
   */
  run: Text
  /**
   * Confirms that a shell is meant. A list of program and arguments is safer and needs no shell.
   */
  shell: Yes
}

/**
 * Where a secret is found: a secret source like `{env: NAME}` or `{keychain: NAME}`, or text with `${NAME}` in it. Plain text works, but the file may be committed: p2p warns.
 */
export type Secret = Text | SecretSource

/**
 * Where a secret is found, opened only when the tunnel is launched.
 */
export interface SecretSource {
  /**
   * Name of a variable: looked up in the environment, then in the .env file.
   */
  env?: string
  /**
   * A file that contains only the secret, relative to this one. It must belong to you and be readable by you alone (mode 0600 or stricter).
   */
  file?: Path
  /**
   * A program whose first line of output is the secret.
   */
  command?: Argv
  /**
   * Name of an entry of the system's keychain, as stored by `p2p login`.
   */
  keychain?: Text
}

/**
 * Lower-case letters, digits, `-` and `_`, starting with a letter or digit, at most 63 characters.
 */
export type Name = string

/**
 * Name of a profile: letters, digits, `-`, `_` and `.`, starting with a letter or digit.
 */
export type Profile = string

/**
 * A local IPv4 or IPv6 address (without brackets), or `localhost`, which means 127.0.0.1.
 */
export type Address = string

/**
 * A length of time: numbers with `h`, `m`, `s` and `ms`, largest first.
 */
export type Duration = string

/**
 * An amount of data: a number with `B`, `KB`, `MB` or `GB` (powers of 1024).
 */
export type Size = string

/**
 * true or false.
 */
export type Flag = boolean

/**
 * Can only be true: remove the key otherwise.
 */
export type Yes = true

/**
 * Text.
 */
export type Text = string

/**
 * A path, relative to this file.
 */
export type Path = string

/**
 * One path or a list of paths, relative to this file.
 */
export type Paths = Path | Path[]

/**
 * A regular expression as in JavaScript.
 */
export type Regex = string

/**
 * Path of a URL, starting with `/`.
 */
export type HttpPath = string


/** The key of each driver that one word alone is taken for. */
export const mainKeys = { connectd: 'uid', ssh: 'to', tcp: 'to', command: null } as const
export type DriverName = keyof typeof mainKeys
export const driverNames = Object.keys(mainKeys) as DriverName[]

/** The kinds of each, with the field that holds what stands under such a key; null where it only says true. */
export const secretSources = { env: 'name', file: 'path', command: 'argv', keychain: 'name' } as const
export type SecretSourceName = keyof typeof secretSources
export const readyConditions = { log: 'pattern', listen: null, banner: 'pattern', http: 'path', command: 'argv' } as const
export const healthchecks = { listen: null, banner: 'pattern', http: 'path', tls: null, command: 'argv' } as const
