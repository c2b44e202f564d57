/** Exits of ssh that are about host keys and the user's own keys. */
import { table } from '../outcomes.ts'

/** Only ssh's own errors exit with 255: a signal may follow any of these lines. */
export const said = table({ status: 255 })
export const saidBeforeOpen = table({ status: 255, opened: false })

export const hostKeys = said`
  lasting ssh.host-key-changed ^Host key for (?<at>[^ ]+) has changed
    and ^Offending [^ ]+ key in (?<file>.{1,200}):\d+
    the host key of {at} has changed
    if that is expected: ssh-keygen -f "{file}" -R "{at}", then log in once manually: {byHand}
  lasting ssh.host-key-changed REMOTE HOST IDENTIFICATION HAS CHANGED
    the host key of the far host, or of a jump host, has changed
    if that is expected: remove the old one with ssh-keygen -R, then log in once manually: {byHand}
  lasting ssh.host-key-revoked ^Host key .* revoked by file|REVOKED HOST KEY DETECTED
    the host key of the far host, or of a jump host, is revoked
    ask who runs that host for its new key; p2p logs {name} shows more
  lasting ssh.host-key-unknown ^No [^ ]+ host key is known for (?<at>[^ ]+)
    the host key of {at} is not known yet
    log in once manually and check it: {byHand} (or set ssh.options: { StrictHostKeyChecking: accept-new })`

/** Errors that only a person can fix: no retry. What ssh says of a key explains a refused login, nothing else. */
export const logins = saidBeforeOpen`
  lasting ssh.key-permissions UNPROTECTED PRIVATE KEY FILE
    and Permission denied \(
    ssh ignores a private key because others may read it
    chmod 600 on the key file; p2p logs {name} names it
  lasting ssh.needs-touch signing failed for .*-SK
    and Permission denied \(
    its key is on a security key that must be touched at every login
    use a key that needs no touch, or one held by ssh-agent
  lasting ssh.agent-refused agent refused operation
    and Permission denied \(
    ssh-agent refused to sign: it is locked, or asks for confirmation
    unlock it, then try manually: {byHand}
  lasting ssh.key-unreadable ^Load key "(?<file>.{1,200})": (?!bad permissions)(?<why>.{1,100})
    and Permission denied \(
    ssh cannot read the private key {file}: {why}
    check ssh.identity, or create a new key with ssh-keygen
  lasting ssh.key-missing ^Warning: Identity file (?<file>.{1,200}) not accessible
    and Permission denied \(
    the file of ssh.identity does not exist: {file}
    check the path: it is relative to the file that declares it
  lasting ssh.too-many-keys ^(Received disconnect from|Disconnect).*Too many authentication failures
    the far host refused because of too many keys
    set the right one: ssh.identity, with ssh.options: { IdentitiesOnly: true }`

/** ssh's last words about a refused login: other words count more. */
export const denials = saidBeforeOpen`
  lasting ssh.second-factor Permission denied \((?<methods>.{1,80})\)
    and ^Authenticated (using "publickey" )?with partial success
    the far host accepted the key, and asks for a second factor ({methods})
    a tunnel cannot enter one: let this key log in without it (AuthenticationMethods there); try manually: {byHand}
  passing ssh.no-agent Permission denied \(.*publickey
    and ^p2p: no ssh-agent answers at (?<agent>.{1,200}) \(SSH_AUTH_SOCK\)
    no ssh-agent answers at {agent} (SSH_AUTH_SOCK), and no other key was accepted
    start ssh-agent, load the key (ssh-add), then p2p up in that shell hands the agent over
  lasting ssh.needs-password Permission denied \((?!.*publickey).*(password|keyboard-interactive)
    the far host asks for a password or a second factor
    a tunnel needs a key that the far host accepts; try manually: {byHand}
  lasting ssh.auth Permission denied \(.*(password|keyboard-interactive)
    none of your keys was accepted, and a tunnel cannot ask for a password or passphrase
    load a key (ssh-add) or install one there (ssh-copy-id), then try manually: {byHand}
  lasting ssh.auth Permission denied \(|^Received disconnect from .*: No (more|supported) authentication methods available
    none of your keys was accepted (one with a passphrase must be loaded in ssh-agent)
    load the right key (ssh-add) or set ssh.identity, then try manually: {byHand}`
