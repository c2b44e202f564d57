/** What went wrong on the way: at a jump host or in a ProxyCommand. Its own words stand above ssh's, which are always the same. */
import type { ExitRule } from '../../core/model.ts'
import { lasting, passing } from '../outcomes.ts'

/** ssh has no address of its own on a connection through another program. */
const proxied = '(closed by|reset by|Connection to) UNKNOWN port|^proxy dialer did not'

function onTheWay(log: string, also = proxied): ExitRule['when'] {
  return { status: 255, opened: false, log, also }
}

/** `byHand`: the command a person would use. */
export function jumpOutcomes(byHand: string): ExitRule[] {
  const atJump = `ssh uses ssh.identity and ssh.options only at the far host: set them for the jump host in ~/.ssh/config, then try manually: ${byHand}`
  return [
    lasting(
      onTheWay('^channel \\d+: open failed: administratively prohibited', '^stdio forwarding failed'),
      'ssh.jump-forbids',
      'the jump host does not allow forwarding to the far host (administratively prohibited)',
      'allow it there (AllowTcpForwarding, PermitOpen), or take another jump host',
    ),
    passing(
      onTheWay('^channel \\d+: open failed: connect failed: Connection refused', '^stdio forwarding failed'),
      'ssh.refused',
      'no ssh server on the far host, seen from the jump host (connection refused)',
      'check host and port, and that sshd runs there',
    ),
    passing(
      onTheWay(
        '^channel \\d+: open failed: connect failed: (?<why>.*(not known|name|address assoc).{0,80})',
        '^stdio forwarding failed',
      ),
      'ssh.name-unknown',
      'the jump host cannot resolve the name of the far host ({why})',
      'check the spelling of ssh.to, and that the jump host knows the name',
    ),
    passing(
      onTheWay('^channel \\d+: open failed: (?<why>.{1,160})', '^stdio forwarding failed'),
      'ssh.unreachable',
      'the jump host cannot reach the far host: {why}',
      'check host and port of ssh.to, and the network of the jump host',
    ),
    lasting(
      onTheWay(
        '^(?<why>(\\S{0,99}sh: ?.{0,200}(not found|No such file|cannot execute|denied|Is a directory|Unknown command)|.{1,200}: (command )?not found).{0,99})',
      ),
      'ssh.proxy-missing',
      'its ProxyCommand cannot run: {why}',
      'install the program, or correct ProxyCommand (ssh.options, ~/.ssh/config)',
    ),
    lasting(
      onTheWay('^Host key verification failed'),
      'ssh.host-key-unknown',
      'the host key of the jump host is not known yet',
      `log in once manually and check it: ${byHand}`,
    ),
    lasting(
      onTheWay('^(?<at>[^ ]+): Permission denied \\((?<methods>(?!.*publickey).{1,80})\\)'),
      'ssh.needs-password',
      'the jump host {at} asks for a password or a second factor ({methods})',
      `a tunnel cannot enter one: ${atJump}`,
    ),
    lasting(
      onTheWay('^(?<at>[^ ]+): Permission denied \\('),
      'ssh.auth',
      'the jump host {at} accepted none of your keys',
      `load its key (ssh-add); ${atJump}`,
    ),
    passing(
      onTheWay('^Connection timed out during banner exchange'),
      'ssh.mute',
      'its jump host or ProxyCommand does not respond',
      'check the network; the jump host may be overloaded',
    ),
    passing(
      onTheWay(
        '^(?!kex_exchange|ssh_|banner|Connection |proxy dialer|mm_|debug\\d|Warning:|Authenticated |stdio |Killed )(?<words>.{1,200})',
      ),
      'ssh.proxy',
      'the connection through its jump host or ProxyCommand was closed before the login; its last words: {words}',
      `try manually: ${byHand}`,
    ),
    passing(
      onTheWay(proxied),
      'ssh.handshake',
      'the connection through its jump host or ProxyCommand was closed before the login',
      `try manually: ${byHand}`,
    ),
  ]
}
