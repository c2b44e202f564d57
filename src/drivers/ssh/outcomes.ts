/**
 * How ssh ends, told from its own words: its status is 255 for nearly everything. Each wording was seen with OpenSSH 9.2 or
 * stands in its source. Its lines end with a carriage return, so no pattern asks for the end of a line.
 */
import type { ExitRule } from '../../core/model.ts'
import { lasting, passing, stopped } from '../outcomes.ts'

/**
 * The table of a tunnel that a person would open with that command. The first row that fits wins: causes stand before
 * their consequences. Named groups of a pattern fill in the words: with jump hosts, who refused is not always `ssh.to`.
 */
export function sshOutcomes(byHand: string): ExitRule[] {
  return [
    ...ownMistakes,
    ...hostKeys(byHand),
    ...forwards,
    ...reaching,
    ...logins(byHand),
    ...losses,
    // clientloop.c: with -N a TERM after the login is a deliberate end (0); before it, the shell's 143 says the same.
    stopped({ status: 0 }, 'ssh.stopped', 'stopped by a signal (TERM)'),
    // Not signal 1: with that one ssh ends the ssh of its jump host, whatever its own reason is.
    stopped(said('^Killed by signal (2|15)\\.'), 'ssh.stopped', 'stopped by a signal'),
  ]
}

/** Only ssh's own failures end with 255: a signal may come after any of these lines. */
function said(log: string): ExitRule['when'] {
  return { status: 255, log }
}

function saidBeforeOpen(log: string): ExitRule['when'] {
  return { status: 255, opened: false, log }
}

const ownMistakes: ExitRule[] = [
  lasting(
    said("^(Can't open user config file|Bad owner or permissions on) (?<file>[^:\\r]{1,200})"),
    'ssh.config-unreadable',
    'ssh does not accept its configuration file {file}',
    'it must exist, be yours, and be writable by nobody else',
  ),
  lasting(
    saidBeforeOpen(
      '^(?<words>(Bad (local|remote|dynamic) forwarding specification|(command-line|/.*|~.*)[: ]+line \\d+: |.*contains invalid characters).{0,160})',
    ),
    'ssh.config',
    'ssh does not accept an option, or a line of its configuration: {words}',
    'correct it in ssh.options or in the configuration file',
  ),
  lasting(
    saidBeforeOpen('^usage: ssh'),
    'ssh.config',
    'ssh does not know one of its options',
    'it may be too old: p2p needs OpenSSH 7.3 or later',
  ),
]

function hostKeys(byHand: string): ExitRule[] {
  return [
    lasting(
      said('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      'ssh.host-key-changed',
      'the host key of the far host is not the one that was known',
      `if that is expected: remove the old one with ssh-keygen -R, then log in once by hand: ${byHand}`,
    ),
    lasting(
      said('^Host key verification failed'),
      'ssh.host-key-unknown',
      'the host key of the far host is not known yet, and nobody is there to confirm it',
      `log in once by hand and check it: ${byHand} (or set ssh.options: { StrictHostKeyChecking: accept-new })`,
    ),
  ]
}

const forwards: ExitRule[] = [
  passing(
    said('^bind \\[.*\\]:(?<wanted>\\d+): Address already in use'),
    'port.taken',
    'port {wanted} was taken when ssh wanted to listen on it, by {holder}',
    'end that program, or set another port in p2p.yaml',
  ),
  lasting(
    said('^bind \\[(?<address>.*)\\]:\\d+: Cannot assign requested address'),
    'ssh.address-unknown',
    'the address to listen on, {address}, is none of this machine',
    'bind: 127.0.0.1',
  ),
  lasting(
    said('^bind \\[.*\\]:(?<wanted>\\d+): Permission denied'),
    'ssh.port-forbidden',
    'this user may not listen on port {wanted}',
    'use a port from 1024 on',
  ),
  lasting(
    said('^Privileged ports can only be forwarded by root'),
    'ssh.port-forbidden',
    'this user may not listen on a port below 1024',
    'use a port from 1024 on',
  ),
  lasting(
    said('^Could not request local forwarding'),
    'ssh.cannot-listen',
    'ssh could not listen on this machine',
    'p2p logs {name} shows what it said',
  ),
  passing(
    // Very often it is an earlier session that the far host has not noticed to be gone.
    said('remote port forwarding failed for listen (port|path) (?<wanted>.{1,200})'),
    'ssh.remote-port',
    'the far host does not listen on {wanted}: it is taken there, or forwarding is not allowed',
    'free it on the far host, or allow it there (AllowTcpForwarding, GatewayPorts)',
  ),
]

const reaching: ExitRule[] = [
  passing(
    said('^ssh: Could not resolve hostname (?<at>[^ ]{1,255}):'),
    'ssh.name-unknown',
    'no address is known for {at} (or this machine is offline)',
    'check the spelling (ssh.to, ssh.jump, ~/.ssh/config) and the network',
  ),
  passing(
    said('^ssh: connect to host (?<at>[^ ]{1,255}) port (?<on>\\d+): Connection refused'),
    'ssh.refused',
    'nothing answers for ssh on {at} port {on} (connection refused)',
    'check host and port, and that sshd runs there',
  ),
  passing(
    said('^ssh: connect to host (?<at>[^ ]{1,255}) port (?<on>\\d+): '),
    'ssh.unreachable',
    '{at} port {on} can not be reached',
    'check the network, VPN and firewall',
  ),
  lasting(
    said('^Unable to negotiate with [^ ]+ port \\d+: (?<words>.{1,160})'),
    'ssh.no-common-algorithm',
    'this ssh and the far host have no algorithm in common: {words}',
    'an old host may need one of ssh.options: { KexAlgorithms, HostKeyAlgorithms, Ciphers, MACs }',
  ),
  passing(
    said('^Connection timed out during banner exchange'),
    'ssh.mute',
    'the far host takes connections and says nothing',
    'it may be overloaded or frozen, or what listens there is no ssh server',
  ),
  passing(
    said('^(kex_exchange_identification|banner exchange|ssh_exchange_identification):'),
    'ssh.handshake',
    'the far host ended the connection before the login',
    'it may be busy, or what listens there is no ssh server',
  ),
]

/** What would need a person is said as such: it is not tried again, and only a person can mend it. */
function logins(byHand: string): ExitRule[] {
  return [
    lasting(
      saidBeforeOpen('UNPROTECTED PRIVATE KEY FILE'),
      'ssh.key-permissions',
      'ssh ignores a private key because others may read it',
      'chmod 600 on the key file; p2p logs {name} names it',
    ),
    lasting(
      saidBeforeOpen('signing failed for .*-SK'),
      'ssh.needs-touch',
      'its key is on a security key that has to be there and be touched at every login, and nobody is there',
      'use a key that needs no touch, or one held by ssh-agent',
    ),
    lasting(
      saidBeforeOpen('agent refused operation'),
      'ssh.agent-refused',
      'ssh-agent refused to sign: it is locked, or wants to ask, and nobody is there',
      `unlock it, then try by hand: ${byHand}`,
    ),
    lasting(
      saidBeforeOpen('^Load key "(?<file>.{1,200})": (?<why>.{1,100})'),
      'ssh.key-unreadable',
      'ssh can not read the private key {file}: {why}',
      'check ssh.identity, or make it anew with ssh-keygen',
    ),
    lasting(
      saidBeforeOpen('^Warning: Identity file (?<file>.{1,200}) not accessible'),
      'ssh.key-missing',
      'the file of ssh.identity is not there: {file}',
      'check the path: it is relative to the file that declares it',
    ),
    lasting(
      saidBeforeOpen('(Too many authentication failures|maximum authentication attempts exceeded)'),
      'ssh.too-many-keys',
      'the far host refused after too many keys',
      'name the right one: ssh.identity, with ssh.options: { IdentitiesOnly: true }',
    ),
    lasting(
      saidBeforeOpen('Permission denied \\((?!.*publickey).*(password|keyboard-interactive)'),
      'ssh.needs-password',
      'the far host wants a password, and nobody is there to type it',
      `a tunnel needs a key that the far host takes; what it offers shows: ${byHand}`,
    ),
    lasting(
      saidBeforeOpen('Permission denied \\(.*(password|keyboard-interactive)'),
      'ssh.auth',
      'no key of yours was accepted, and nobody is there to type a password or passphrase',
      `load a key (ssh-add) or install one there (ssh-copy-id), and try by hand: ${byHand}`,
    ),
    lasting(
      saidBeforeOpen('Permission denied \\('),
      'ssh.auth',
      'no key of yours was accepted (one with a passphrase counts only while ssh-agent holds it)',
      `load the right key (ssh-add) or set ssh.identity, and try by hand: ${byHand}`,
    ),
  ]
}

const losses: ExitRule[] = [
  passing(
    said('^Timeout, server .* not responding'),
    'ssh.timeout',
    'the far host was not heard from any more',
    'the network or the far host went away',
  ),
  passing(
    said('closed by remote host'),
    'ssh.closed',
    'the far host closed the connection',
    'its sshd was restarted, or it ended the session',
  ),
  passing(
    said('(Connection reset by|Broken pipe|Connection closed by|Connection timed out|connection abort)'),
    'ssh.lost',
    'the connection to the far host was lost',
    'the network or the far host went away',
  ),
]
