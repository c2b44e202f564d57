import { describe, expect, test } from 'vitest'
import { readExitMeaning } from '../../../src/core/decide/exit-meaning.ts'
import { sshOutcomes } from '../../../src/drivers/ssh/outcomes.ts'

const endpoints = [{ host: '127.0.0.1', port: 15432 }]

function ending(status: number, lines: string[], { opened = false } = {}) {
  const lastLines = lines.map((line) => `${line}\r`)
  const facts = { status, lastLines, ranMs: 3000, opened, rebooted: false }
  return readExitMeaning(facts, { name: 'db', endpoints, outcomes: sshOutcomes('ssh deploy@bastion') })
}

const denied = 'me@h: Permission denied (publickey,password,keyboard-interactive).'
const kexClosed = 'kex_exchange_identification: Connection closed by remote host'
const authenticated = 'Authenticated to 127.0.0.1 ([127.0.0.1]:22) using "publickey".'

// Lines as printed by OpenSSH 9.2, most of them by a real ssh against a real sshd.
describe("what ssh's words mean", () => {
  test.each<[code: string, heals: boolean, lines: string[]]>([
    [
      'ssh.host-key-changed',
      false,
      [
        '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
        'Host key for [127.0.0.1]:22 has changed and you have requested strict checking.',
        'Host key verification failed.',
      ],
    ],
    ['ssh.host-key-unknown', false, ['Host key verification failed.']],
    ['ssh.host-key-revoked', false, ['Host key ED25519 SHA256:x revoked by file /r', 'Host key verification failed.']],
    ['ssh.handshake', true, ['Warning: Identity file /x not accessible: No such file.', kexClosed]],
    ['ssh.auth', false, [denied]],
    ['ssh.auth', false, ['me@h: Permission denied (publickey).']],
    ['ssh.too-many-keys', false, ['Received disconnect from ::1 port 22:2: Too many authentication failures']],
    [
      'ssh.key-permissions',
      false,
      [
        '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @',
        'This private key will be ignored.',
        'Load key "id": bad permissions',
        denied,
      ],
    ],
    ['ssh.key-unreadable', false, ['Load key "id": error in libcrypto', denied]],
    ['ssh.key-missing', false, ['Warning: Identity file /x not accessible: No such file or directory.', denied]],
    ['ssh.needs-touch', false, ['sign_and_send_pubkey: signing failed for ED25519-SK "id": device not found', denied]],
    [
      'ssh.agent-refused',
      false,
      ['sign_and_send_pubkey: signing failed for ED25519 "id" from agent: agent refused operation', denied],
    ],
    ['ssh.name-unknown', true, ['ssh: Could not resolve hostname nosuch.invalid: Name or service not known']],
    ['ssh.refused', true, ['ssh: connect to host 127.0.0.1 port 22: Connection refused']],
    ['ssh.unreachable', true, ['ssh: connect to host 10.0.0.1 port 22: No route to host']],
    ['ssh.unreachable', true, ['ssh: connect to host 10.0.0.1 port 22: Connection timed out']],
    [
      'ssh.refused',
      true,
      [
        'ssh: connect to host jump port 22: Connection refused',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by UNKNOWN port 65535',
      ],
    ],
    ['ssh.handshake', true, ['kex_exchange_identification: Connection closed by remote host']],
    // A web server, or an sshd that turns an address away for a while.
    ['ssh.handshake', true, ['kex_exchange_identification: banner line contains invalid characters']],
    // A banner of the far host may say anything.
    ['ssh.lost', true, ['Too many authentication failures lock you out.', 'Connection closed by 10.0.0.1 port 22']],
    ['ssh.auth', false, ['Received disconnect from ::1 port 22:14: No supported authentication methods available']],
    ['ssh.auth', false, ['Authenticated using "hostbased" with partial success.', denied]],
    ['ssh.second-factor', false, ['Authenticated using "publickey" with partial success.', denied]],
    [
      'ssh.no-common-algorithm',
      false,
      ['Unable to negotiate with ::1 port 22: no matching key exchange method found.'],
    ],
    [
      'port.taken',
      true,
      [
        authenticated,
        'bind [127.0.0.1]:15432: Address already in use',
        'channel_setup_fwd_listener_tcpip: cannot listen to port: 15432',
        'Could not request local forwarding.',
      ],
    ],
    [
      'ssh.address-unknown',
      false,
      [
        'Warning: Identity file /x not accessible: No such file or directory.',
        'bind [10.9.9.9]:15432: Cannot assign requested address',
        'Could not request local forwarding.',
      ],
    ],
    ['ssh.port-forbidden', false, ['bind [127.0.0.1]:80: Permission denied', 'Could not request local forwarding.']],
    ['ssh.cannot-listen', false, ['Could not request local forwarding.']],
    ['ssh.cannot-listen', false, ['unix_listener: cannot bind to path /run/s1: Address already in use']],
    [
      'ssh.remote-port',
      true,
      [
        'debug1: remote forward failure for: listen 127.0.0.1:9000, connect 127.0.0.1:1',
        'Error: remote port forwarding failed for listen port 9000',
      ],
    ],
    ['ssh.remote-port', true, ['Error: remote port forwarding failed for listen path /run/s1']],
    ['ssh.config', false, ['command-line: line 0: Bad configuration option: foo']],
    ['ssh.config', false, ['command-line line 0: unsupported option "maybe".']],
    ['ssh.config', false, ['/home/me/.ssh/config: line 1: Bad configuration option: foo']],
    ['ssh.config', false, ["Bad local forwarding specification '127.0.0.1:99999:127.0.0.1:1'"]],
    ['ssh.config', false, ['hostname contains invalid characters']],
    ['ssh.config', false, ['usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]']],
    ['ssh.config-unreadable', false, ["Can't open user config file /x: No such file or directory"]],
    ['ssh.config-unreadable', false, ['Bad owner or permissions on /home/me/.ssh/config']],
    ['ssh.needs-password', false, ['me@h: Permission denied (password,keyboard-interactive).']],
    ['ssh.mute', true, ['Connection timed out during banner exchange', 'Connection to ::1 port 22 timed out']],
    ['run.exited', true, ['something new']],
    ['run.exited', true, []],
  ])('%s (heals: %s) from %j', (code, heals, lines) => {
    const found = ending(255, lines)
    expect(found).toMatchObject({ code, heals, means: 'failed' })
    expect(`${found.reason} ${found.hint ?? ''}`).not.toMatch(/\{\w+\}|\r/)
  })

  test.each<[reason: string, line: string]>([
    [
      'cannot resolve jump.internal (or this machine is offline)',
      'ssh: Could not resolve hostname jump.internal: Name or service not known',
    ],
    [
      'no ssh server on 10.0.0.1 port 2222 (connection refused)',
      'ssh: connect to host 10.0.0.1 port 2222: Connection refused',
    ],
    ['fe80::1%eth0 port 22 cannot be reached', 'ssh: connect to host fe80::1%eth0 port 22: No route to host'],
    [
      'port 15433 is already in use by a program that has exited since',
      'bind [127.0.0.1]:15433: Address already in use',
    ],
    [
      'the far host does not listen on /run/s1: a file is left there, its folder is missing, or forwarding is not allowed',
      'Error: remote port forwarding failed for listen path /run/s1',
    ],
    [
      'ssh rejects an option or a line of its configuration: command-line line 0: unsupported option "maybe".',
      'command-line line 0: unsupported option "maybe".',
    ],
    [
      'ssh cannot read the private key keys/lab: error in libcrypto',
      `Load key "keys/lab": error in libcrypto\n${denied}`,
    ],
  ])('"%s" from "%s"', (reason, said) => {
    expect(ending(255, said.split('\n')).reason).toBe(reason)
  })

  // In front of what ssh itself says then.
  test.each<[code: string, heals: boolean, words: RegExp, lines: string[]]>([
    ['ssh.auth', false, /jump host me@jump accepted none/, ['me@jump: Permission denied (publickey).']],
    ['ssh.auth', false, /none/, ['me@jump: Permission denied (publickey,password).']],
    [
      'ssh.needs-password',
      false,
      /second factor \(keyboard-interactive\)/,
      ['me@j: Permission denied (keyboard-interactive).'],
    ],
    ['ssh.host-key-unknown', false, /of the jump host/, ['Host key verification failed.']],
    [
      'ssh.host-key-changed',
      false,
      /ssh-keygen -f "\/kh" -R "\[10\.0\.0\.1\]:22"/,
      [
        '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
        'Offending ED25519 key in /kh:1',
        'Host key for [10.0.0.1]:22 has changed and you have requested strict checking.',
        'Host key verification failed.',
      ],
    ],
    [
      'ssh.jump-forbids',
      false,
      /administratively prohibited/,
      ['channel 0: open failed: administratively prohibited: open failed', 'stdio forwarding failed'],
    ],
    [
      'ssh.refused',
      true,
      /seen from the jump host/,
      ['channel 0: open failed: connect failed: Connection refused', 'stdio forwarding failed'],
    ],
    [
      'ssh.name-unknown',
      true,
      /\(Temporary failure in name resolution\)/,
      ['channel 0: open failed: connect failed: Temporary failure in name resolution', 'stdio forwarding failed'],
    ],
    [
      'ssh.unreachable',
      true,
      /No route to host/,
      ['channel 0: open failed: connect failed: No route to host', 'stdio forwarding failed'],
    ],
    ['ssh.proxy-missing', false, /nosuch/, ['/bin/bash: line 1: exec: nosuch: not found']],
    ['ssh.proxy-missing', false, /nosuch/, ['sh: 1: exec: nosuch: not found']],
    ['ssh.proxy-missing', false, /nosuch/, ['zsh:1: command not found: nosuch']],
    ['ssh.proxy-missing', false, /\/opt\/x/, ['/bin/bash: line 1: /opt/x: No such file or directory']],
    ['ssh.proxy-missing', false, /denied/, ['/bin/dash: 1: exec: /opt/x: Permission denied']],
    ['ssh.proxy-missing', false, /nosuch/, ['/usr/bin/env: ‘nosuch’: No such file or directory']],
    ['ssh.proxy', true, /its last words: token expired/, ['token expired']],
    ['ssh.handshake', true, /through its jump host or ProxyCommand/, []],
    ['ssh.mute', true, /jump host or ProxyCommand/, ['Connection timed out during banner exchange']],
  ])('%s (heals: %s), %s, behind a jump host or ProxyCommand', (code, heals, words, lines) => {
    const found = ending(255, [...lines, kexClosed, 'Connection closed by UNKNOWN port 65535'])
    expect(found).toMatchObject({ code, heals })
    expect(`${found.reason} ${found.hint ?? ''}`).toMatch(words)
    expect(`${found.reason} ${found.hint ?? ''}`).not.toMatch(/\{\w+\}|\r/)
    // Without ssh's last line: LogLevel ERROR, or an ssh of before 2019.
    if (!lines.join().startsWith('channel') && !['ssh.proxy', 'ssh.handshake', 'ssh.mute'].includes(code))
      expect(ending(255, [...lines, kexClosed])).toEqual(found)
  })

  test('a second factor is no missing key', () => {
    const partial = 'Authenticated using "publickey" with partial success.'
    expect(ending(255, [partial, 'me@h: Permission denied (keyboard-interactive).'])).toMatchObject({
      code: 'ssh.second-factor',
      heals: false,
      reason: 'the far host accepted the key, and asks for a second factor (keyboard-interactive)',
    })
  })

  test('a login without its agent is tried again', () => {
    const noted = 'p2p: no ssh-agent answers at /tmp/agent.1 (SSH_AUTH_SOCK)'
    expect(ending(255, [noted, denied])).toMatchObject({ code: 'ssh.no-agent', heals: true })
    expect(ending(255, [noted, kexClosed])).toMatchObject({ code: 'ssh.handshake' })
  })

  test.each<[code: string, lines: string[]]>([
    ['ssh.timeout', [authenticated, 'Timeout, server 127.0.0.1 not responding.']],
    ['ssh.timeout', [authenticated, 'Timeout, server 127.0.0.1 not responding.', 'Killed by signal 1.']],
    [
      'ssh.closed',
      [authenticated, 'Connection to 127.0.0.1 closed by remote host.', 'Transferred: sent 1, received 1 bytes'],
    ],
    ['ssh.lost', [authenticated, 'client_loop: send disconnect: Broken pipe']],
    ['ssh.lost', ['Connection reset by 10.0.0.1 port 22']],
  ])('%s from %j, when it was open', (code, lines) => {
    expect(ending(255, lines, { opened: true })).toMatchObject({ code, heals: true })
  })

  test('a refusal behind the far host is none of the tunnel', () => {
    const lines = [
      authenticated,
      'channel 1: open failed: connect failed: Connection refused',
      'Timeout, server h not responding.',
    ]
    expect(ending(255, lines, { opened: true })).toMatchObject({ code: 'ssh.timeout' })
  })

  test('words of an old login do not explain the loss of an open tunnel', () => {
    const lines = [
      'Warning: Identity file /x not accessible: No such file or directory.',
      'client_loop: send disconnect: Broken pipe',
    ]
    expect(ending(255, lines, { opened: true })).toMatchObject({ code: 'ssh.lost' })
  })
})

describe('a stop by a person', () => {
  test('TERM after the login leaves status 0', () => {
    expect(ending(0, [authenticated, 'Transferred: sent 1, received 1 bytes'])).toMatchObject({ means: 'stopped' })
  })

  test('TERM before the login leaves 143, whatever ssh had said', () => {
    expect(ending(143, ['Warning: Identity file /x not accessible: No such file.'])).toMatchObject({ means: 'stopped' })
    expect(ending(143, ['Connection reset by 10.0.0.1 port 22'])).toMatchObject({ means: 'stopped' })
  })

  test('INT is named by ssh itself', () => {
    expect(ending(255, [authenticated, 'Killed by signal 2.'], { opened: true })).toMatchObject({ means: 'stopped' })
  })

  test('signal 1 to the ssh of a jump host is no stop', () => {
    expect(ending(255, ['Killed by signal 1.'], { opened: true })).toMatchObject({
      code: 'run.exited',
      means: 'failed',
    })
  })
})
