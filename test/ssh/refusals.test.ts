import { chmodSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Rig, read } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { writeSecurityKey } from './security-key.ts'
import { Sshd, sshdMissing } from './sshd.ts'
import { serve } from '../support/streams.ts'

interface Refusal {
  /** Keys of the ssh block besides `forward`. */
  ssh: string
  /** Instead of a local forward. */
  reverse?: string
  bind?: string
  code: string
  heals: boolean
  reason: string | RegExp
  hint: string | RegExp
}

describe.skipIf(sshdMissing !== null)(`with a real sshd${sshdMissing === null ? '' : `: ${sshdMissing}`}`, () => {
  let sshd: Sshd
  /** Asks for passwords as well, gives up after the first key, and forwards nothing. */
  let strict: Sshd
  beforeAll(async () => {
    sshd = await Sshd.start()
    strict = await Sshd.start('PasswordAuthentication yes', 'MaxAuthTries 1', 'AllowTcpForwarding no')
  })
  afterAll(async () => {
    await sshd.end()
    await strict.end()
  })

  test('each refusal has its own code, words and hint, and only what may heal is tried again', async () => {
    const rig = new Rig()
    const refusals = await everyRefusal(rig)
    rig.write(`tunnels:\n${(await Promise.all(Object.entries(refusals).map(declare))).join('')}`)

    const up = await rig.p2p('up', '--progress', 'json')
    expect(up.status).toBe(1)
    const failed = new Map(up.stderr.split('\n').flatMap(failure))
    for (const [name, { code, heals, reason, hint }] of Object.entries(refusals)) {
      const event = failed.get(name)
      expect(event?.problem, name).toMatchObject({ code, heals })
      expect(event?.problem.reason, name).toMatch(reason)
      expect(event?.problem.hint, name).toMatch(hint)
      // The words above say it all, and ssh's debugging lines never explain anything to a person.
      expect(event?.lastLines, name).toEqual([])
    }

    const healing = Object.keys(refusals).filter((name) => refusals[name]?.heals === true)
    await rig.until('whatever may heal was tried again', async () => {
      const lines = new Map((await rig.ps()).map((line) => [line.name, line]))
      return healing.every((name) => Number(lines.get(name)?.['restarts']) > 0)
    })
    for (const line of await rig.ps()) {
      const { code, heals } = refusals[line.name] ?? { code: '', heals: false }
      if (heals) continue
      expect(line).toMatchObject({ state: 'failed', code, restarts: 0, nextRetryAt: null, exitCode: 255, pid: null })
      expect(line.reason).toBe(failed.get(line.name)?.problem.reason)
    }
  })

  async function everyRefusal(rig: Rig): Promise<Record<string, Refusal>> {
    const other = sshd.newKey('other')
    const locked = sshd.newKey('locked', 'a passphrase')
    const readable = sshd.newKey('readable')
    const touched = writeSecurityKey(`${sshd.folder}/touched`)
    for (const key of [locked, readable, touched]) sshd.letIn(key)
    chmodSync(readable, 0o644)
    const rubbish = sshd.write('rubbish', 'no key')
    const keyless = sshd.clientConfig('keyless', { key: null })
    const wrongHost = sshd.write('wrong_hosts', `[127.0.0.1]:${sshd.port} ${read(`${other}.pub`)}`)
    const changed = sshd.clientConfig('changed', { settings: [`UserKnownHostsFile ${wrongHost}`] })
    const unknown = sshd.clientConfig('unknown', { settings: ['UserKnownHostsFile /dev/null'] })
    const twoKeys = strict.clientConfig('two_keys', { settings: [`IdentityFile ${other}`, `IdentityFile ${locked}`] })
    const byHand = (more: string): RegExp => new RegExp(`manually: ssh ${more} bench$`)
    const silent = await serve(() => undefined)
    const rude = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const nobody = await freePort()
    const bench = `to: bench, config: ${sshd.config}`
    return {
      'wrong-key': {
        ssh: `to: bench, config: ${keyless}, identity: ${other}`,
        code: 'ssh.auth',
        heals: false,
        reason: /^none of your keys was accepted/,
        hint: byHand(`-F ${keyless} -i ${other}`),
      },
      passphrase: {
        ssh: `to: bench, config: ${keyless}, identity: ${locked}`,
        code: 'ssh.auth',
        heals: false,
        reason: /passphrase must be loaded in ssh-agent/,
        hint: /ssh-add/,
      },
      'password-or-key': {
        ssh: `to: bench, config: ${strict.clientConfig('no_key', { key: 'none' })}`,
        code: 'ssh.auth',
        heals: false,
        reason: /a tunnel cannot ask for a password/,
        hint: /ssh-copy-id/,
      },
      touch: {
        ssh: `to: bench, config: ${keyless}, identity: ${touched}`,
        code: 'ssh.needs-touch',
        heals: false,
        reason: /must be touched at every login/,
        hint: /a key that needs no touch/,
      },
      'too-many-keys': {
        ssh: `to: bench, config: ${twoKeys}`,
        code: 'ssh.too-many-keys',
        heals: false,
        reason: 'the far host refused because of too many keys',
        hint: /IdentitiesOnly/,
      },
      'readable-key': {
        ssh: `to: bench, config: ${keyless}, identity: ${readable}`,
        code: 'ssh.key-permissions',
        heals: false,
        reason: /because others may read it/,
        hint: /^chmod 600/,
      },
      'broken-key': {
        ssh: `to: bench, config: ${keyless}, identity: ${rubbish}`,
        code: 'ssh.key-unreadable',
        heals: false,
        reason: rubbish,
        hint: /ssh.identity/,
      },
      'missing-key': {
        ssh: `to: bench, config: ${keyless}, identity: keys/nowhere`,
        code: 'ssh.key-missing',
        heals: false,
        reason: `${rig.project}/keys/nowhere`,
        hint: /relative to the file/,
      },
      'unknown-host': {
        ssh: `to: bench, config: ${unknown}`,
        code: 'ssh.host-key-unknown',
        heals: false,
        reason: /is not known yet/,
        hint: /accept-new/,
      },
      'changed-host': {
        ssh: `to: bench, config: ${changed}`,
        code: 'ssh.host-key-changed',
        heals: false,
        reason: `the host key of [127.0.0.1]:${sshd.port} has changed`,
        hint: `ssh-keygen -f "${wrongHost}" -R "[127.0.0.1]:${sshd.port}"`,
      },
      option: {
        ssh: `${bench}, options: { Compression: maybe }`,
        code: 'ssh.config',
        heals: false,
        reason: 'unsupported option "maybe"',
        hint: /ssh.options/,
      },
      configuration: {
        ssh: `to: bench, config: ${sshd.write('wrong_config', 'Speed fast')}`,
        code: 'ssh.config',
        heals: false,
        reason: 'Bad configuration option: speed',
        hint: /the configuration file/,
      },
      'no-configuration': {
        ssh: 'to: bench, config: nowhere',
        code: 'ssh.config-unreadable',
        heals: false,
        reason: `${rig.project}/nowhere`,
        hint: /must exist/,
      },
      algorithms: {
        ssh: `${bench}, options: { Ciphers: aes128-cbc }`,
        code: 'ssh.no-common-algorithm',
        heals: false,
        reason: 'no matching cipher found',
        hint: /Ciphers/,
      },
      address: {
        ssh: bench,
        bind: '10.99.99.99',
        code: 'ssh.address-unknown',
        heals: false,
        reason: '10.99.99.99 is not an address of this machine',
        hint: 'bind: 127.0.0.1',
      },
      'unknown-name': {
        ssh: `to: nowhere.invalid, config: ${sshd.config}`,
        code: 'ssh.name-unknown',
        heals: true,
        reason: 'cannot resolve nowhere.invalid',
        hint: /network/,
      },
      'unknown-jump': {
        ssh: `${bench}, jump: jump.invalid`,
        code: 'ssh.name-unknown',
        heals: true,
        reason: 'cannot resolve jump.invalid',
        hint: /ssh.jump/,
      },
      refused: {
        ssh: `to: 'ssh://127.0.0.1:${nobody}', config: ${sshd.config}`,
        code: 'ssh.refused',
        heals: true,
        reason: `no ssh server on 127.0.0.1 port ${nobody} (connection refused)`,
        hint: /that sshd runs there/,
      },
      'refused-jump': {
        ssh: `${bench}, jump: 'ssh://127.0.0.1:${nobody}'`,
        code: 'ssh.refused',
        heals: true,
        reason: `no ssh server on 127.0.0.1 port ${nobody}`,
        hint: /that sshd runs there/,
      },
      mute: {
        ssh: `to: 'ssh://127.0.0.1:${silent}', config: ${sshd.config}, options: { ConnectTimeout: 1 }`,
        code: 'ssh.mute',
        heals: true,
        reason: 'the far host accepts connections but does not respond',
        hint: /overloaded/,
      },
      'no-ssh': {
        ssh: `to: 'ssh://127.0.0.1:${rude}', config: ${sshd.config}`,
        code: 'ssh.handshake',
        heals: true,
        reason: 'the far host closed the connection before the login',
        hint: /not an ssh server/,
      },
      'remote-taken': {
        ssh: bench,
        reverse: `127.0.0.1:${sshd.port}`,
        code: 'ssh.remote-port',
        heals: true,
        reason: `the far host does not listen on ${sshd.port}: it is in use there`,
        hint: /free it/,
      },
      'remote-forbidden': {
        ssh: `to: bench, config: ${strict.config}`,
        reverse: `127.0.0.1:${nobody}`,
        code: 'ssh.remote-port',
        heals: true,
        reason: 'or forwarding is not allowed',
        hint: /AllowTcpForwarding/,
      },
    }
  }
})

async function declare([name, { ssh, reverse, bind }]: [string, Refusal]): Promise<string> {
  if (reverse !== undefined) return `  ${name}: { ssh: { ${ssh}, reverse: { from: ${reverse}, to: 127.0.0.1:1 } } }\n`
  const address = bind === undefined ? '' : `, bind: ${bind}`
  return `  ${name}: { port: ${await freePort()}${address}, ssh: { ${ssh}, forward: 127.0.0.1:1 } }\n`
}

interface Failure {
  problem: { code: string; reason: string; hint: string; heals: boolean }
  lastLines: string[]
}

/** What `up --progress json` says about a tunnel that failed. */
function failure(line: string): [string, Failure][] {
  if (!line.startsWith('{')) return []
  const event = JSON.parse(line) as Failure & { type: string; name: string }
  return event.type === 'failed' ? [[event.name, event]] : []
}
