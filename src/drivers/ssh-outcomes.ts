/**
 * How ssh ends, told from its own words: its status is 255 for nearly everything. Each wording was seen with OpenSSH 9.2 or
 * stands in its source. Its lines end with a carriage return, so no pattern asks for the end of a line.
 */
import type { Outcome } from '../core/model.ts'
import { lasting, passing, stopped } from './outcomes.ts'

/** The table for a tunnel to that host. The first row that fits wins: causes stand before their consequences. */
export function sshOutcomes(host: string): Outcome[] {
  return [
    ...ownMistakes,
    ...hostKeys(host),
    ...forwards,
    ...reaching(host),
    ...logins(host),
    ...losses,
    // clientloop.c: with -N a TERM after the login is a deliberate end (0); before it, the shell's 143 says the same.
    stopped({ status: 0 }, 'ssh.stopped', 'stopped by a signal (TERM)'),
    // Not signal 1: with that one ssh ends the ssh of its jump host, whatever its own reason is.
    stopped(said('^Killed by signal (2|15)\\.'), 'ssh.stopped', 'stopped by a signal'),
    passing({ status: 255 }, 'ssh.failed', 'ssh failed (status 255)', seeLog),
  ]
}

const seeLog = 'p2p logs {name} shows what it said'

/** Only ssh's own failures end with 255: a signal may come after any of these lines. */
function said(log: string): Outcome['when'] {
  return { status: 255, log }
}

function saidBeforeOpen(log: string): Outcome['when'] {
  return { status: 255, opened: false, log }
}

const ownMistakes: Outcome[] = [
  lasting(
    said("^(Can't open user config file|Bad owner or permissions on)"),
    'ssh.config-unreadable',
    'ssh does not accept its configuration file',
    `it must exist, be yours, and be writable by nobody else; ${seeLog}`,
  ),
  lasting(
    saidBeforeOpen(
      '^(usage: ssh|Bad (local|remote|dynamic) forwarding specification|(command-line|/.*|~.*)[: ]+line \\d+: |.*contains invalid characters)',
    ),
    'ssh.config',
    'ssh does not accept an option, or a line of its configuration',
    seeLog,
  ),
]

function hostKeys(host: string): Outcome[] {
  return [
    lasting(
      said('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      'ssh.host-key-changed',
      'the host key of the far host is not the one that was known',
      `if that is expected: remove the old one with ssh-keygen -R, then log in once by hand: ssh ${host}`,
    ),
    lasting(
      said('^Host key verification failed'),
      'ssh.host-key-unknown',
      'the host key of the far host is not known yet',
      `log in once by hand and check it: ssh ${host} (or set ssh.options: { StrictHostKeyChecking: accept-new })`,
    ),
  ]
}

const forwards: Outcome[] = [
  lasting(
    said('^bind \\[.*\\]:\\d+: Address already in use'),
    'port.taken',
    'port {port} was taken when ssh wanted to listen on it',
    'close the program that holds it, or set another port, then p2p up {name}',
  ),
  lasting(
    said('^bind \\[.*\\]:\\d+: Cannot assign requested address'),
    'ssh.address-unknown',
    'the address to listen on is none of this machine',
    'bind: 127.0.0.1',
  ),
  lasting(
    said('^bind \\[.*\\]:\\d+: Permission denied|^Privileged ports can only be forwarded by root'),
    'ssh.port-forbidden',
    'this user may not listen on that port',
    'use a port from 1024 on',
  ),
  lasting(
    said('^Could not request local forwarding'),
    'ssh.cannot-listen',
    'ssh could not listen on this machine',
    seeLog,
  ),
  passing(
    // Very often it is an earlier session that the far host has not noticed to be gone.
    said('remote port forwarding failed for listen (port|path)'),
    'ssh.remote-port',
    'the far host refused the remote forward: its port is taken there, or forwarding is not allowed',
    'free the port on the far host, or allow it there (AllowTcpForwarding, GatewayPorts)',
  ),
]

function reaching(host: string): Outcome[] {
  return [
    passing(
      said('^ssh: Could not resolve hostname'),
      'ssh.name-unknown',
      'the name of the far host is not known (or this machine is offline)',
      `check ssh.to and the network: ssh ${host}`,
    ),
    passing(
      said('^ssh: connect to host .*: Connection refused'),
      'ssh.refused',
      'nothing answers for ssh on the far host (connection refused)',
      'check host and port, and that sshd runs there',
    ),
    passing(
      said('^ssh: connect to host .*: '),
      'ssh.unreachable',
      'the far host can not be reached',
      'check the network, VPN and firewall',
    ),
    lasting(
      said('^Unable to negotiate with'),
      'ssh.no-common-algorithm',
      'this ssh and the far host have no algorithm in common',
      `${seeLog}; an old host may need one of ssh.options: { KexAlgorithms, HostKeyAlgorithms }`,
    ),
    passing(
      said('^(kex_exchange_identification|banner exchange|ssh_exchange_identification|Connection timed out during)'),
      'ssh.handshake',
      'the far host ended the connection before the login',
      'it may be busy, or what listens there is no ssh server',
    ),
  ]
}

function logins(host: string): Outcome[] {
  return [
    lasting(
      saidBeforeOpen('UNPROTECTED PRIVATE KEY FILE'),
      'ssh.key-permissions',
      'ssh ignores the private key because others may read it',
      'chmod 600 on the key file',
    ),
    lasting(
      saidBeforeOpen('signing failed for .*-SK'),
      'ssh.needs-touch',
      'its security key wants to be touched at every login, and nobody is there',
      'use a key that needs no touch, or one held by ssh-agent',
    ),
    lasting(
      saidBeforeOpen('agent refused operation'),
      'ssh.agent-refused',
      'ssh-agent refused to sign: it is locked, or wants to ask',
      `unlock it, then try by hand: ssh ${host}`,
    ),
    lasting(saidBeforeOpen('^Load key '), 'ssh.key-unreadable', 'ssh can not read the private key', seeLog),
    lasting(
      saidBeforeOpen('^Warning: Identity file .* not accessible'),
      'ssh.key-missing',
      'the file of ssh.identity is not there',
      seeLog,
    ),
    lasting(
      saidBeforeOpen('(Too many authentication failures|maximum authentication attempts exceeded)'),
      'ssh.too-many-keys',
      'the far host refused after too many keys',
      'name the right one: ssh.identity, with ssh.options: { IdentitiesOnly: true }',
    ),
    lasting(
      saidBeforeOpen('Permission denied \\(.*(password|keyboard-interactive)'),
      'ssh.auth',
      'no key of yours was accepted, and nobody is there to type a password',
      `load a key (ssh-add) or install one there (ssh-copy-id), and try by hand: ssh ${host}`,
    ),
    lasting(
      saidBeforeOpen('Permission denied \\('),
      'ssh.auth',
      'no key of yours was accepted',
      `load the right key (ssh-add) or set ssh.identity, and try by hand: ssh ${host}`,
    ),
  ]
}

const losses: Outcome[] = [
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
