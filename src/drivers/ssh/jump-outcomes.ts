/** What went wrong on the way: at a jump host or in a ProxyCommand. Its own words stand above ssh's, which are always the same. */
import { saidBeforeOpen } from './login-outcomes.ts'

/** ssh has no address of its own on a connection through another program. */
const proxied = '(closed by|reset by|Connection to) UNKNOWN port|^proxy dialer did not'
/** Beside words that ssh itself says only after this point, also what is left at LogLevel ERROR or of an old ssh. */
const onTheWay = `${proxied}|^(kex|ssh)_exchange_identification: `

const atJump =
  'ssh uses ssh.identity and ssh.options only at the far host: set them for the jump host in ~/.ssh/config, then try manually: {byHand}'

export const jumpOutcomes = saidBeforeOpen`
  lasting ssh.jump-forbids ^channel \d+: open failed: administratively prohibited
    and ^stdio forwarding failed
    the jump host does not allow forwarding to the far host (administratively prohibited)
    allow it there (AllowTcpForwarding, PermitOpen), or take another jump host
  passing ssh.refused ^channel \d+: open failed: connect failed: Connection refused
    and ^stdio forwarding failed
    no ssh server on the far host, seen from the jump host (connection refused)
    check host and port, and that sshd runs there
  passing ssh.name-unknown ^channel \d+: open failed: connect failed: (?<why>.*(not known|name|address assoc).{0,80})
    and ^stdio forwarding failed
    the jump host cannot resolve the name of the far host ({why})
    check the spelling of ssh.to, and that the jump host knows the name
  passing ssh.unreachable ^channel \d+: open failed: (?<why>.{1,160})
    and ^stdio forwarding failed
    the jump host cannot reach the far host: {why}
    check host and port of ssh.to, and the network of the jump host
  lasting ssh.proxy-missing ^(?<why>(\S{0,99}(sh|env): ?.{0,200}(not found|No such file|cannot execute|denied|Is a directory|Unknown command)|.{1,200}: (command )?not found).{0,99})
    and ${onTheWay}
    its ProxyCommand cannot run: {why}
    install the program, or correct ProxyCommand (ssh.options, ~/.ssh/config)
  lasting ssh.host-key-unknown ^Host key verification failed
    and ${onTheWay}
    the host key of the jump host is not known yet
    log in once manually and check it: {byHand}
  lasting ssh.needs-password ^(?<at>[^ ]+): Permission denied \((?<methods>(?!.*publickey).{1,80})\)
    and ${onTheWay}
    the jump host {at} asks for a password or a second factor ({methods})
    a tunnel cannot enter one: ${atJump}
  lasting ssh.auth ^(?<at>[^ ]+): Permission denied \(
    and ${onTheWay}
    the jump host {at} accepted none of your keys
    load its key (ssh-add); ${atJump}
  passing ssh.mute ^Connection timed out during banner exchange
    and ${proxied}
    its jump host or ProxyCommand does not respond
    check the network; the jump host may be overloaded
  passing ssh.proxy ^(?!kex_exchange|ssh_|banner|Connection |proxy dialer|mm_|debug\d|Warning:|Authenticated |stdio |Killed )(?<words>.{1,200})
    and ${proxied}
    the connection through its jump host or ProxyCommand was closed before the login; its last words: {words}
    try manually: {byHand}
  passing ssh.handshake ${proxied}
    and ${proxied}
    the connection through its jump host or ProxyCommand was closed before the login
    try manually: {byHand}`
