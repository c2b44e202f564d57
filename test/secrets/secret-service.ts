/** A Secret Service of its own, as a desktop runs one: gnome-keyring on a private bus. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { until, type Rig } from '../support/rig.ts'

/** Whether this machine has all that it takes. Debian: dbus and gnome-keyring. */
export const canServeSecrets =
  process.platform === 'linux' &&
  hasPackage('@napi-rs/keyring') &&
  ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'].every(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
  )

export interface SecretService {
  /** As when the screen is locked. */
  lock: () => void
  /** As when nobody has logged in. */
  stop: () => Promise<void>
}

/** A bus for a rig's p2p, on which nobody answers yet and nothing is started by itself. */
export async function giveBus(rig: Rig): Promise<void> {
  const config = join(rig.folder, 'bus.conf')
  writeFileSync(config, busConfig(rig.folder))
  const bus = start(rig, 'dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'])
  let address = ''
  bus.stdout?.setEncoding('utf8').on('data', (text: string) => (address += text))
  await until('the bus to tell its address', () => address.includes('\n'))
  rig.env['DBUS_SESSION_BUS_ADDRESS'] = address.trim()
}

/** An unlocked keyring, empty, on the rig's bus. */
export async function giveSecretService(rig: Rig): Promise<SecretService> {
  const home = join(rig.folder, 'home')
  const data = { XDG_RUNTIME_DIR: join(home, 'run'), XDG_DATA_HOME: join(home, 'data') }
  for (const folder of Object.values(data)) mkdirSync(folder, { mode: 0o700 })
  const keyring = start(rig, 'gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], data)
  keyring.stdin?.end('password of the keyring')
  const gone = new Promise<void>((resolve) => {
    keyring.once('close', () => {
      resolve()
    })
  })
  const collection = '/org/freedesktop/secrets/collection/login'
  await until('the keyring to be there and unlocked', () => {
    const properties = 'org.freedesktop.DBus.Properties.Get'
    const asked = ['string:org.freedesktop.Secret.Collection', 'string:Locked']
    return ask(rig, collection, properties, ...asked).includes('boolean false')
  })
  return {
    lock() {
      ask(rig, '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `array:objpath:${collection}`)
    },
    stop() {
      keyring.kill()
      return gone
    },
  }
}

function start(rig: Rig, program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(program, args, {
    env: { ...rig.env, ...env },
    cwd: rig.folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await closed
  })
  return child
}

function ask(rig: Rig, path: string, method: string, ...args: string[]): string {
  const to = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', path, method]
  return spawnSync('dbus-send', [...to, ...args], { env: rig.env, encoding: 'utf8' }).stdout
}

function busConfig(folder: string): string {
  return `<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}

function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
