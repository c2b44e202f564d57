/** From a provisioning file to the connection that its author meant, with everything that connectd 4.6 would do instead. */
import { readProvisioning } from '../../connectd/provisioning.ts'
import type { KeyName } from '../../connectd/keys.ts'
import { decodeBytes, isDottedQuad, readNumber, readPort } from '../../connectd/values.ts'
import { fileComments } from './comments.ts'
import type { ImportedTunnel } from '../imported-tunnel.ts'
import { meantLogin } from './login.ts'
import { meantBind, meantDepth, meantEncryption, meantPort, uidAt, unquoted, valueAt, type Meant } from './values.ts'
import { wholeFile, type Warnings } from '../warnings.ts'
import { meantSettings, type MeantSetting } from './settings.ts'

/** Why a file with connectd's keys makes no connection: what it is, and what to hand over instead. */
export interface Foreign {
  code: string
  is: string
  instead: string
}

export type FileMeaning =
  | { means: 'tunnel'; tunnel: ImportedTunnel }
  | { means: 'foreign'; foreign: Foreign }
  | { means: 'nothing' }
  /** Not a provisioning file at all: none of its lines has a key of connectd. */
  | { means: 'unknown' }

export function readProvisioningFile(bytes: Uint8Array, base: string, warnings: Warnings): FileMeaning {
  const read = readProvisioning(bytes)
  if (read.signed) return { means: 'foreign', foreign: signedTarget }
  const { settings, repeats, secrets } = meantSettings(read, warnings)
  if (settings.size === 0) return { means: 'unknown' }
  const why = whyForeign(settings)
  if (why !== null) return { means: 'foreign', foreign: why }

  if (!settings.has('autoconnect')) {
    const at = settings.get('remote_address')?.keyAt ?? wholeFile
    const message = 'without autoconnect connectd logs in and connects to nothing; it is read as a connection'
    warnings.warn(at, 'no-autoconnect', message)
  }
  // Read as Latin-1, which has a character for each byte.
  if (decodeBytes(bytes).length === bytes.length && bytes.some((byte) => byte > 127)) {
    warnings.warn(wholeFile, 'not-utf8', 'this file is not in UTF-8: what is not ASCII in it is read as Latin-1')
  }
  noteTexts([...settings.values(), ...repeats], warnings)
  for (const setting of settings.values()) noteUnused(setting, settings, warnings)
  const uid = targetOf(settings, warnings)
  if (uid === null) return { means: 'nothing' }
  const tunnel: ImportedTunnel = {
    file: warnings.file,
    line: settings.get('remote_address')?.at.line ?? 1,
    base,
    uid,
    port: portOf(settings, warnings),
    bind: bindOf(settings, warnings),
    encryption: valueOf(settings.get('encryption'), meantEncryption, warnings),
    maxDepth: valueOf(settings.get('max_depth'), meantDepth, warnings),
    server: serverOf(settings, warnings),
    program: null,
    restart: restartOf(settings.get('autoconnect'), warnings),
    disabled: isDisabled(settings.get('enabled')),
    login: meantLogin(settings, warnings),
    secrets,
    comments: fileComments(read, settings),
  }
  return { means: 'tunnel', tunnel }
}

type Settings = ReadonlyMap<KeyName, MeantSetting>

function foreign(code: string, is: string, instead = ofConnection): Foreign {
  return { code, is, instead }
}

const ofConnection = 'hand over the file that connects to a device: it has autoconnect and remote_address'

const signedTarget = foreign(
  'signed-target',
  'a signed provisioning file: it makes this machine a target that others connect to, and only connectd can read it',
)
const target = foreign('target', 'the provisioning file of a target: it offers a service of this machine to others')
const console = foreign(
  'no-connection',
  'a provisioning file without remote_address: connectd logs in and waits for commands on standard input',
  'hand over the file that connects to a device, or add remote_address, proxy_local_port and autoconnect',
)
const settingsOnly = foreign('no-connection', 'a provisioning file that connects to nothing')

/** By what the author meant: a mistyped `autoconnect` makes no target of a file. */
function whyForeign(settings: Settings): Foreign | null {
  if (settings.has('autoconnect')) return null
  if (settings.has('UID')) return target
  if (settings.has('remote_address')) return null
  if (settings.has('user_id')) return console
  const offers = ['password', 'proxy_dest_ip', 'proxy_dest_port', 'application_type'] as const
  return offers.some((key) => settings.has(key)) ? target : settingsOnly
}

/** Text behind the first word is passed over. What begins with # is a comment, and meant as one. */
function noteTexts(settings: Iterable<MeantSetting>, warnings: Warnings): void {
  for (const { key, at, rest, word } of settings) {
    // The rest of a password is judged with it.
    const isSecret = key.name === 'auth_pass' || key.name === 'password'
    if (rest === '' || rest.startsWith('#') || isSecret || key.role === 'shell' || /^["'][^"']*$/.test(word)) continue
    warnings.warn(at, 'rest-ignored', `connectd reads only the first word behind ${key.name}; so does the import`)
  }
}

/** What p2p has no key for, and what has no meaning for an initiator. */
function noteUnused(setting: MeantSetting, settings: Settings, warnings: Warnings): void {
  const why = whyUnused(setting, settings)
  const code = setting.key.role === 'shell' ? 'shell-command' : 'not-imported'
  if (why !== null) warnings.warn(setting.keyAt, code, `${why}: it is not imported`)
}

function whyUnused({ key: { name, role, meaning }, word }: MeantSetting, settings: Settings): string | null {
  switch (role) {
    case 'shell':
      return `${name} holds a command for connectd's shell`
    case 'registration':
      return `${name} registers a device`
    case 'target':
      if (name === 'password' && !settings.has('auth_pass')) return null
      return `${name} is for targets and has no meaning here`
    case 'service':
      return name === 'fe_server_list' ? `p2p has no key for ${name}` : null
    case 'local': {
      const isDefault = name === 'enabled' || (name === 'lifetime' && readNumber(word) === 0)
      return isDefault ? null : `p2p has no key for ${name} (${meaning})`
    }
    case 'initiator':
      return null
  }
}

function targetOf(settings: Settings, warnings: Warnings): string | null {
  const address = settings.get('remote_address')
  if (address === undefined || address.word === '') {
    const at = address?.keyAt ?? settings.get('autoconnect')?.keyAt ?? wholeFile
    const message = 'this file has no remote_address, so it does not say what to connect to'
    warnings.refuse(at, 'no-uid', message, 'remote_address UID')
    return null
  }
  return uidAt(address.word, address.at, warnings, 'remote_address 80:00:00:00:01:00:0A:C2')
}

function portOf(settings: Settings, warnings: Warnings): number | null {
  const port = settings.get('proxy_local_port')
  if (port !== undefined && port.word !== '') return valueOf(port, meantPort, warnings)
  const at = settings.get('remote_address')?.keyAt ?? wholeFile
  warnings.warn(at, 'port-missing', 'without proxy_local_port connectd listens on port 0; port: auto is written')
  return null
}

function bindOf(settings: Settings, warnings: Warnings): string | null {
  const bind = settings.get('proxy_bind_address')
  if (bind !== undefined && bind.word !== '') {
    return valueOf(bind, (word) => meantBind(word, isDottedQuad(word) ? 'listens on 0.0.0.0' : 'crashes'), warnings)
  }
  const at = bind?.keyAt ?? settings.get('proxy_local_port')?.keyAt ?? wholeFile
  const message = 'without proxy_bind_address connectd listens on every interface (0.0.0.0); bind: 127.0.0.1 is meant'
  warnings.warn(at, 'bind-missing', message)
  return null
}

function serverOf(settings: Settings, warnings: Warnings): string | null {
  const host = settings.get('server_override')
  const port = settings.get('yoics_server1_port')
  if (host === undefined || host.word === '') {
    if (port !== undefined)
      warnings.warn(port.keyAt, 'not-imported', 'a port of the service without its address is not imported')
    return null
  }
  const [name = '', ownPort] = unquoted(host.word).split(':')
  const number = readPort(port?.word ?? ownPort ?? '') || servicePort
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)) return `${name}:${number}`
  warnings.warn(host.at, 'not-imported', 'this is not a host name or IPv4 address: the public service is used instead')
  return null
}

const servicePort = 5959

/** After the vendor's guide: 1 connects once, 2 again and again (on-failure). connectd 4.6 only looks for the key. */
function restartOf(autoconnect: MeantSetting | undefined, warnings: Warnings): 'no' | 'on-failure' {
  const word = unquoted(autoconnect?.word ?? '')
  if (autoconnect === undefined || /^(?:1|yes|on|true|)$/i.test(word)) return 'no'
  if (word === '2') {
    const message = 'connectd 4.6 does not reconnect as autoconnect 2 promises; restart: on-failure is written'
    warnings.warn(autoconnect.at, 'no-reconnect', message)
    return 'on-failure'
  }
  const message = /^(?:0|no|off|false)$/i.test(word)
    ? 'connectd connects all the same: only the presence of autoconnect counts; restart: no is written'
    : 'this is not a value of autoconnect, only its presence counts; restart: no is written'
  warnings.warn(autoconnect.at, 'autoconnect-value', message)
  return 'no'
}

function isDisabled(enabled: MeantSetting | undefined): boolean {
  return enabled !== undefined && enabled.word !== '' && readNumber(unquoted(enabled.word)) === 0
}

function valueOf<T>(setting: MeantSetting | undefined, read: (word: string) => Meant<T>, warnings: Warnings): T | null {
  if (setting === undefined || setting.word === '') return null
  return valueAt(read(setting.word), setting.at, warnings)
}
