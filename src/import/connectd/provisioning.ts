/** From a provisioning file to the connection that its author meant, with everything that connectd 4.6 would do instead. */
import { readProvisioning } from '../../connectd/provisioning.ts'
import { decodeBytes, isDottedQuad, readNumber, readPort } from '../../connectd/values.ts'
import { fileComments } from './comments.ts'
import { foreign, type Foreign, type ForeignKind } from '../foreign.ts'
import type { ImportedTunnel } from '../imported-tunnel.ts'
import { meantLogin } from './login.ts'
import { meantBind, meantDepth, meantEncryption, meantPort, readValue, uidAt, unquoted, type Meant } from './values.ts'
import { wholeFile, type Warnings } from '../warnings.ts'
import { filled, keyAt, meantSettings, type MeantSetting, type Settings } from './settings.ts'

/** null: the warnings say why it makes no tunnel. */
export function readProvisioningFile(
  bytes: Uint8Array,
  base: string,
  warnings: Warnings,
): ImportedTunnel | Foreign | null {
  const read = readProvisioning(bytes)
  if (read.signed) return foreign('signed-target')
  const { settings, repeats, secrets } = meantSettings(read, warnings)
  const why = whyForeign(settings)
  if (why !== null) return foreign(why)

  // Read as Latin-1, which has a character for each byte.
  if (decodeBytes(bytes).length === bytes.length && bytes.some((byte) => byte > 127)) {
    warnings.warn(wholeFile, 'not-utf8', 'this file is not in UTF-8: what is not ASCII in it is read as Latin-1')
  }
  noteTexts([...settings.values(), ...repeats], warnings)
  for (const setting of settings.values()) noteUnused(setting, settings, warnings)
  const uid = targetOf(settings, warnings)
  if (uid === null) return null
  noteMissing(settings, warnings)
  const enabled = filled(settings, 'enabled')
  return {
    file: warnings.file,
    line: settings.get('remote_address')?.at.line ?? 1,
    base,
    uid,
    port: readValue(settings.get('proxy_local_port'), meantPort, warnings),
    bind: readValue(settings.get('proxy_bind_address'), meantFileBind, warnings),
    encryption: readValue(settings.get('encryption'), meantEncryption, warnings),
    maxDepth: readValue(settings.get('max_depth'), meantDepth, warnings),
    server: serverOf(settings, warnings),
    program: null,
    restart: restartOf(settings.get('autoconnect'), warnings),
    disabled: enabled !== null && readNumber(unquoted(enabled.text)) === 0,
    login: meantLogin(settings, warnings),
    secrets,
    comments: fileComments(read, settings),
  }
}

/** By what the author meant: a mistyped `autoconnect` makes no target of a file. */
function whyForeign(settings: Settings): ForeignKind | null {
  if (settings.size === 0) return 'unknown-file'
  if (settings.has('autoconnect')) return null
  if (settings.has('UID')) return 'target'
  if (settings.has('remote_address')) return null
  if (settings.has('user_id')) return 'console'
  const offers = ['password', 'proxy_dest_ip', 'proxy_dest_port', 'application_type'] as const
  return offers.some((key) => settings.has(key)) ? 'target' : 'no-connection'
}

/** Text behind the first word is passed over. What begins with # is a comment, and meant as one. */
function noteTexts(settings: Iterable<MeantSetting>, warnings: Warnings): void {
  for (const { key, at, rest, text } of settings) {
    // The rest of a password is judged with it.
    const isSecret = key.name === 'auth_pass' || key.name === 'password'
    if (rest === '' || rest.startsWith('#') || isSecret || key.role === 'shell' || /^["'][^"']*$/.test(text)) continue
    warnings.warn(at, 'rest-ignored', `connectd reads only the first word behind ${key.name}; so does the import`)
  }
}

/** What p2p has no key for, and what has no meaning for an initiator. */
function noteUnused(setting: MeantSetting, settings: Settings, warnings: Warnings): void {
  const why = whyUnused(setting, settings)
  const code = setting.key.role === 'shell' ? 'shell-command' : 'not-imported'
  if (why !== null) warnings.warn(setting.keyAt, code, `${why}: it is not imported`)
}

function whyUnused({ key: { name, role, meaning }, text }: MeantSetting, settings: Settings): string | null {
  if (role === 'shell') return `${name} holds a command for connectd's shell`
  if (role === 'registration') return `${name} registers a device`
  if (role === 'target' && (name !== 'password' || settings.has('auth_pass'))) {
    return `${name} is for targets and has no meaning here`
  }
  if (name === 'fe_server_list') return `p2p has no key for ${name}`
  const isRead = role !== 'local' || name === 'enabled' || (name === 'lifetime' && readNumber(text) === 0)
  return isRead ? null : `p2p has no key for ${name} (${meaning})`
}

function targetOf(settings: Settings, warnings: Warnings): string | null {
  const address = filled(settings, 'remote_address')
  if (address !== null) return uidAt(address.text, address.at, warnings, 'remote_address 80:00:00:00:01:00:0A:C2')
  const message = 'this file has no remote_address, so it does not say what to connect to'
  warnings.refuse(keyAt(settings, 'remote_address', 'autoconnect'), 'no-uid', message, 'remote_address UID')
  return null
}

/** What is missing although connectd does something else without it than p2p. */
function noteMissing(settings: Settings, warnings: Warnings): void {
  if (!settings.has('autoconnect')) {
    const message = 'without autoconnect connectd logs in and connects to nothing; it is read as a connection'
    warnings.warn(keyAt(settings, 'remote_address'), 'no-autoconnect', message)
  }
  if (filled(settings, 'proxy_local_port') === null) {
    const message = 'without proxy_local_port connectd listens on port 0; port: auto is written'
    warnings.warn(keyAt(settings, 'remote_address'), 'port-missing', message)
  }
  if (filled(settings, 'proxy_bind_address') === null) {
    const message = 'without proxy_bind_address connectd listens on every interface (0.0.0.0); bind: 127.0.0.1 is meant'
    warnings.warn(keyAt(settings, 'proxy_bind_address', 'proxy_local_port'), 'bind-missing', message)
  }
}

function serverOf(settings: Settings, warnings: Warnings): string | null {
  const host = filled(settings, 'server_override')
  const port = settings.get('yoics_server1_port')
  if (host === null) {
    const message = 'a port of the service without its address is not imported'
    if (port !== undefined) warnings.warn(port.keyAt, 'not-imported', message)
    return null
  }
  const [name = '', ownPort] = unquoted(host.text).split(':')
  const number = readPort(port?.text ?? ownPort ?? '') || servicePort
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)) return `${name}:${number}`
  warnings.warn(host.at, 'not-imported', 'this is not a host name or IPv4 address: the public service is used instead')
  return null
}

const servicePort = 5959

function meantFileBind(word: string): Meant<string> {
  return meantBind(word, isDottedQuad(word) ? 'listens on 0.0.0.0' : 'crashes')
}

/** After the vendor's guide: 1 connects once, 2 again and again (on-failure). connectd 4.6 only looks for the key. */
function restartOf(autoconnect: MeantSetting | undefined, warnings: Warnings): 'no' | 'on-failure' {
  const word = unquoted(autoconnect?.text ?? '')
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
