// How ssh exits, recognised by its output: its status is 255 for nearly everything. Messages were seen with OpenSSH 9.2
// or are in its source. Lines end with a carriage return, so no pattern uses the end of a line. {byHand}: the command a
// person would use.
import type { ExitRule } from '../../core/model.ts'
import { lasting, stopped, weak } from '../outcomes.ts'
import type { Forward } from './forwards.ts'
import { jumpOutcomes } from './jump-outcomes.ts'
import { denials, hostKeys, logins, said, saidBeforeOpen } from './login-outcomes.ts'

/** Named groups fill in the text. */
export function sshOutcomes(byHand: string): ExitRule[] {
  const rows = [
    ...ownErrors,
    ...hostKeys,
    ...forwards,
    ...reaching,
    ...logins,
    ...weak([...jumpOutcomes, ...unexplained, ...denials, ...closed]),
    // clientloop.c: with -N, TERM after the login is a normal exit (0); before it, the shell's 143.
    stopped({ status: 0 }, 'ssh.stopped', 'stopped by a signal (TERM)'),
    // Not signal 1: ssh sends it to the ssh of its jump host for any reason of its own.
    stopped({ status: 255, log: '^Killed by signal (2|15)\\.' }, 'ssh.stopped', 'stopped by a signal'),
  ]
  return rows.map((row) => ({ ...row, hint: row.hint?.replaceAll('{byHand}', () => byHand) ?? null }))
}

/** A port that ssh takes beside those of the tunnel. Final: the other tunnel to that host holds it as long as it is open. */
export function portOfAlias(forwards: readonly Forward[], host: string): ExitRule {
  const own = forwards.flatMap(({ endpoint }) => endpoint?.port ?? []).join('|')
  return lasting(
    { status: 255, log: `^bind \\[.*\\]:(?!(${own}):)(?<taken>\\d+): Address already in use` },
    'ssh.alias-port',
    `port {taken} comes from LocalForward or DynamicForward of host ${host} in your ssh config; {holder} holds it`,
    'give tunnels a Host of their own there, without these forwards',
  )
}

const ownErrors = [
  ...said`
  lasting ssh.config-unreadable ^(Can't open user config file|Bad owner or permissions on) (?<file>[^:\r]{1,200})
    ssh rejects its configuration file {file}
    it must exist, belong to you, and be writable only by you`,
  ...saidBeforeOpen`
  lasting ssh.config ^(?!\S{0,99}sh: line)(?<words>(Bad (local|remote|dynamic) forwarding specification|(command-line|/.*|~.*)[: ]+line \d+: |(hostname|remote username) contains invalid characters).{0,160})
    ssh rejects an option or a line of its configuration: {words}
    correct it in ssh.options or in the configuration file
  lasting ssh.config ^usage: ssh
    ssh does not know one of its options
    it may be too old: p2p needs OpenSSH 7.3 or later`,
]

/** Of sockets: ssh and sshd leave the file when a session ends. Of remote ports: sshd often has a session that it has not noticed to be gone. */
const forwards = said`
  passing port.taken ^bind \[.*\]:(?<wanted>\d+): Address already in use
    port {wanted} is already in use by {holder}
    stop that program, or set another port in p2p.yaml
  lasting ssh.address-unknown ^bind \[(?<address>.*)\]:\d+: Cannot assign requested address
    {address} is not an address of this machine
    bind: 127.0.0.1
  lasting ssh.port-forbidden ^bind \[.*\]:(?<wanted>\d+): Permission denied
    this user is not allowed to listen on port {wanted}
    use port 1024 or higher
  lasting ssh.port-forbidden ^Privileged ports can only be forwarded by root
    this user is not allowed to listen on a port below 1024
    use port 1024 or higher
  lasting ssh.cannot-listen ^unix_listener: cannot bind to path (?<path>.{1,200}): Address already in use
    ssh cannot listen on {path}: a file is left there, or a program listens on it
    if none does, remove it, or set ssh.options: { StreamLocalBindUnlink: true }
  passing ssh.remote-port remote port forwarding failed for listen path (?<wanted>.{1,200})
    the far host does not listen on {wanted}: a file is left there, its folder is missing, or forwarding is not allowed
    remove the file on the far host, or set StreamLocalBindUnlink yes there (sshd_config)
  passing ssh.remote-port remote port forwarding failed for listen port (?<wanted>.{1,200})
    the far host does not listen on {wanted}: it is in use there, or forwarding is not allowed
    free it on the far host, or allow it there (AllowTcpForwarding, GatewayPorts)`

const reaching = said`
  passing ssh.name-unknown ^ssh: Could not resolve hostname (?<at>[^ ]{1,255}):
    cannot resolve {at} (or this machine is offline)
    check the spelling (ssh.to, ssh.jump, ~/.ssh/config) and the network
  passing ssh.refused ^ssh: connect to host (?<at>[^ ]{1,255}) port (?<on>\d+): Connection refused
    no ssh server on {at} port {on} (connection refused)
    check host and port, and that sshd runs there
  passing ssh.unreachable ^ssh: connect to host (?<at>[^ ]{1,255}) port (?<on>\d+):
    {at} port {on} cannot be reached
    check the network, VPN and firewall
  lasting ssh.no-common-algorithm ^Unable to negotiate with [^ ]+ port \d+: (?<words>.{1,160})
    this ssh and the server have no algorithm in common: {words}
    an old host may need one of ssh.options: { KexAlgorithms, HostKeyAlgorithms, Ciphers, MACs }
  passing ssh.timeout ^Timeout, server .* not responding
    the far host stopped responding
    check the network and the far host`

/** These lines and those of `closed` follow any cause. */
const unexplained = said`
  passing ssh.mute ^Connection timed out during banner exchange
    the far host accepts connections but does not respond
    it may be overloaded, or it is not an ssh server
  lasting ssh.host-key-unknown ^Host key verification failed
    the host key of the far host is not known yet
    log in once manually and check it: {byHand} (or set ssh.options: { StrictHostKeyChecking: accept-new })
  lasting ssh.cannot-listen ^Could not request local forwarding
    ssh could not listen on this machine
    p2p logs {name} shows its output`

const closed = said`
  passing ssh.handshake ^(kex_exchange_identification|banner exchange|ssh_exchange_identification):
    the far host closed the connection before the login
    it may be busy, or it is not an ssh server
  passing ssh.closed closed by remote host
    the far host closed the connection
    its sshd was restarted, or it closed the session
  passing ssh.lost (Connection reset by|Broken pipe|Connection closed by|Connection timed out|connection abort)
    the connection to the far host was lost
    check the network and the far host`
