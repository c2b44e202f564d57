/** Exits of ssh that are about host keys and the user's own keys. */
import type { ExitRule } from '../../core/model.ts'
import { lasting, passing } from '../outcomes.ts'

/** Only ssh's own errors exit with 255: a signal may follow any of these lines. */
export function said(log: string): ExitRule['when'] {
  return { status: 255, log }
}

export function saidBeforeOpen(log: string): ExitRule['when'] {
  return { status: 255, opened: false, log }
}

/** What ssh says of a key explains a refused login, nothing else. */
function beforeDenial(log: string): ExitRule['when'] {
  return { ...saidBeforeOpen(log), also: 'Permission denied \\(' }
}

export function hostKeys(byHand: string): ExitRule[] {
  return [
    lasting(
      { ...said('^Host key for (?<at>[^ ]+) has changed'), also: '^Offending [^ ]+ key in (?<file>.{1,200}):\\d+' },
      'ssh.host-key-changed',
      'the host key of {at} has changed',
      `if that is expected: ssh-keygen -f "{file}" -R "{at}", then log in once manually: ${byHand}`,
    ),
    lasting(
      said('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      'ssh.host-key-changed',
      'the host key of the far host, or of a jump host, has changed',
      `if that is expected: remove the old one with ssh-keygen -R, then log in once manually: ${byHand}`,
    ),
    lasting(
      said('^Host key .* revoked by file|REVOKED HOST KEY DETECTED'),
      'ssh.host-key-revoked',
      'the host key of the far host, or of a jump host, is revoked',
      'ask who runs that host for its new key; p2p logs {name} shows more',
    ),
    lasting(
      said('^No [^ ]+ host key is known for (?<at>[^ ]+)'),
      'ssh.host-key-unknown',
      'the host key of {at} is not known yet',
      `log in once manually and check it: ${byHand} (or set ssh.options: { StrictHostKeyChecking: accept-new })`,
    ),
  ]
}

/** Errors that only a person can fix: no retry. */
export function logins(byHand: string): ExitRule[] {
  return [
    lasting(
      beforeDenial('UNPROTECTED PRIVATE KEY FILE'),
      'ssh.key-permissions',
      'ssh ignores a private key because others may read it',
      'chmod 600 on the key file; p2p logs {name} names it',
    ),
    lasting(
      beforeDenial('signing failed for .*-SK'),
      'ssh.needs-touch',
      'its key is on a security key that must be touched at every login',
      'use a key that needs no touch, or one held by ssh-agent',
    ),
    lasting(
      beforeDenial('agent refused operation'),
      'ssh.agent-refused',
      'ssh-agent refused to sign: it is locked, or asks for confirmation',
      `unlock it, then try manually: ${byHand}`,
    ),
    lasting(
      beforeDenial('^Load key "(?<file>.{1,200})": (?!bad permissions)(?<why>.{1,100})'),
      'ssh.key-unreadable',
      'ssh cannot read the private key {file}: {why}',
      'check ssh.identity, or create a new key with ssh-keygen',
    ),
    lasting(
      beforeDenial('^Warning: Identity file (?<file>.{1,200}) not accessible'),
      'ssh.key-missing',
      'the file of ssh.identity does not exist: {file}',
      'check the path: it is relative to the file that declares it',
    ),
    lasting(
      saidBeforeOpen('(Too many authentication failures|maximum authentication attempts exceeded)'),
      'ssh.too-many-keys',
      'the far host refused because of too many keys',
      'set the right one: ssh.identity, with ssh.options: { IdentitiesOnly: true }',
    ),
  ]
}

/** ssh's last words about a refused login: other words count more. */
export function denials(byHand: string): ExitRule[] {
  return [
    lasting(
      { ...saidBeforeOpen('Permission denied \\((?<methods>.{1,80})\\)'), also: 'with partial success' },
      'ssh.second-factor',
      'the far host accepted the key, and asks for a second factor ({methods})',
      `a tunnel cannot enter one: let this key log in without it (AuthenticationMethods there); try manually: ${byHand}`,
    ),
    passing(
      {
        ...saidBeforeOpen('Permission denied \\(.*publickey'),
        also: '^p2p: no ssh-agent answers at (?<agent>.{1,200}) \\(SSH_AUTH_SOCK\\)',
      },
      'ssh.no-agent',
      'no ssh-agent answers at {agent} (SSH_AUTH_SOCK), and no other key was accepted',
      'start ssh-agent, load the key (ssh-add), then p2p up in that shell hands the agent over',
    ),
    lasting(
      saidBeforeOpen('Permission denied \\((?!.*publickey).*(password|keyboard-interactive)'),
      'ssh.needs-password',
      'the far host asks for a password or a second factor',
      `a tunnel needs a key that the far host accepts; try manually: ${byHand}`,
    ),
    lasting(
      saidBeforeOpen('Permission denied \\(.*(password|keyboard-interactive)'),
      'ssh.auth',
      'none of your keys was accepted, and a tunnel cannot ask for a password or passphrase',
      `load a key (ssh-add) or install one there (ssh-copy-id), then try manually: ${byHand}`,
    ),
    lasting(
      saidBeforeOpen('Permission denied \\('),
      'ssh.auth',
      'none of your keys was accepted (one with a passphrase must be loaded in ssh-agent)',
      `load the right key (ssh-add) or set ssh.identity, then try manually: ${byHand}`,
    ),
  ]
}
