/** Tells what a text given to import is: by its first bytes and lines, never by its name alone. */
import { decodeBytes } from '../../connectd/values.ts'
import type { Foreign } from './provisioning.ts'

export type DetectedFormat =
  | { is: 'script'; dialect: 'shell' | 'powershell'; text: string }
  /** A provisioning file, or a command line without anything that marks a script. */
  | { is: 'plain'; text: string }
  | { is: 'foreign'; foreign: Foreign }

/** `name`: the file's name, which only tells scripts apart that look alike. */
export function detectFormat(bytes: Uint8Array, name: string): DetectedFormat {
  const foreign = foreignBytes(bytes)
  if (foreign !== null) return { is: 'foreign', foreign }
  const text = decodeBytes(bytes)
  const rule = textRules.find(([matches]) => matches(text, name))
  if (rule !== undefined) return { is: 'foreign', foreign: rule[1] }
  if (/^#!.*\b(?:pwsh|powershell)/.test(text) || /\.psm?1$/i.test(name) || looksLikePowerShell(text)) {
    return { is: 'script', dialect: 'powershell', text }
  }
  return /^#!/.test(text) || /\.(?:sh|bash|command)$/i.test(name)
    ? { is: 'script', dialect: 'shell', text }
    : { is: 'plain', text }
}

/** A script that makes no connection, as far as its text tells. */
export function foreignScript(text: string): Foreign {
  if (!/\bconnectd/i.test(text)) return foreign('other-script', 'a script that does not start connectd')
  return {
    code: 'script-without-connection',
    is: 'a script that names connectd, but has no command of it that makes a connection',
    instead: 'hand over the provisioning file or the command line that makes the connection',
  }
}

export const otherText: Foreign = {
  code: 'unknown-file',
  is: 'nothing that p2p can import: neither a provisioning file of connectd nor a script or command line that starts it',
  instead: 'hand over the file that connectd -f is called with, or the command line itself',
}

export const serviceFile: Foreign = {
  code: 'other-service',
  is: 'a unit of systemd or a program of supervisord that does not run connectd with a connection',
  instead: 'hand over the file that connectd -f is called with, or the script that the service runs',
}

const ofConnectd = 'hand over the file that connectd -f is called with, or the script that starts connectd'

function looksLikePowerShell(text: string): boolean {
  const start =
    /^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|Start-Process\b|\[CmdletBinding|PS [A-Z]:[^>\r\n]{0,200}>|(?:&[ \t]*)?["']?(?:\.|[A-Z]:)\\\S)/im
  return start.test(text) && !/^#!/.test(text)
}

function foreign(code: string, is: string, instead = ofConnectd): Foreign {
  return { code, is, instead }
}

/** More is neither a launch script nor a provisioning file. */
const largest = 256 * 1024

function foreignBytes(bytes: Uint8Array): Foreign | null {
  if (bytes.every((byte) => /\s/.test(String.fromCharCode(byte)))) return foreign('empty', 'empty')
  if (bytes.length > largest) return foreign('too-large', 'too large for a provisioning file or a launch script')
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const rule = heads.find(([begins]) => begins.test(head))
  return rule?.[1] ?? (bytes.includes(0) ? foreign('binary', 'a binary file') : null)
}

const heads: readonly [RegExp, Foreign][] = [
  // ELF, Mach-O in both byte orders and as a bundle, PE.
  [/^(?:7f454c46|feedfac[ef]|c[ef]faedfe|cafebabe|4d5a)/, foreign('program', 'a program, not its settings')],
  // gzip, zip, ar (Debian packages), xz, bzip2.
  [
    /^(?:1f8b|504b0304|213c617263683e|fd377a585a00|425a68)/,
    foreign('archive', 'an archive or a package', 'unpack it, and hand over the provisioning files in it'),
  ],
  [
    /^(?:fffe|feff)/,
    foreign('utf-16', 'a text in UTF-16, of which connectd reads not a single key', 'save it as UTF-8'),
  ],
]

const json = foreign(
  'json',
  'a JSON file, perhaps the settings of the remote.it desktop or command line',
  'hand over provisioning files, or add its connections to p2p.yaml: id is the uid, ip and port are bind and port',
)
const sshConfig = foreign(
  'ssh-config',
  'a configuration of ssh, which p2p import does not read',
  'write tunnels with ssh: { to: HOST, forward: ... }; they use your ssh configuration as it is',
)
const batchFile = foreign(
  'batch-file',
  'a batch file of Windows',
  'hand over the command line in it, or the provisioning file that it names',
)
const ofService = 'write the connectd command in it on one line, and import that'
const p2pFile = foreign('p2p-file', 'a p2p.yaml already', 'use it with p2p -f, or name it under include')

const textRules: readonly [(text: string, name: string) => boolean, Foreign][] = [
  [(text) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text), foreign('private-key', 'a private key')],
  [
    (text) => /^Connectd built .* Now Starting Up/m.test(text),
    foreign('connectd-output', 'what connectd printed when it ran'),
  ],
  [(text) => /^\s*[[{]/.test(text) && isJson(text), json],
  [(text) => /^tunnels:/m.test(text), p2pFile],
  [
    (text) => /<plist\b/.test(text),
    foreign('launchd', 'a property list of launchd, which p2p import does not read', ofService),
  ],
  [
    (text) => /^services:/m.test(text),
    foreign('compose', 'a file of docker compose, which p2p import does not read', ofService),
  ],
  [(text) => sshLines.every((line) => line.test(text)), sshConfig],
  [(text, name) => /\.(?:bat|cmd)$/i.test(name) || /^@echo off/im.test(text), batchFile],
  [
    (text) => /^#!(?!.*(?:sh|pwsh|powershell)(?:\s|$))/.test(text),
    foreign('other-script', 'a script in a language that p2p import does not read'),
  ],
]

const sshLines = [/^[ \t]*Host[ \t]+\S/m, /^[ \t]*(?:HostName|LocalForward|ProxyJump|IdentityFile)\b/im]

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
