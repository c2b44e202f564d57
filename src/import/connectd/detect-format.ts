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
  const rule = textRules.find(([, , , matches]) => matches(text, name))
  if (rule !== undefined) return { is: 'foreign', foreign: foreignOf(rule) }
  if (/^#!.*\b(?:pwsh|powershell)/.test(text) || /\.psm?1$/i.test(name) || looksLikePowerShell(text)) {
    return { is: 'script', dialect: 'powershell', text }
  }
  return /^#!/.test(text) || /\.(?:sh|bash|command)$/i.test(name)
    ? { is: 'script', dialect: 'shell', text }
    : { is: 'plain', text }
}

/** A script that makes no connection, as far as its text tells. */
export function foreignScript(text: string): Foreign {
  if (!/\bconnectd/i.test(text)) return foreignOf(['other-script', 'a script that does not start connectd', ofConnectd])
  return {
    code: 'script-without-connection',
    is: 'a script that installs or controls connectd, but starts no connection with it',
    instead: 'hand over the provisioning file or the command line that makes the connection',
  }
}

export const otherText: Foreign = {
  code: 'unknown-file',
  is: 'nothing that p2p can import: neither a provisioning file of connectd nor a script or command line that starts it',
  instead: 'hand over the file that connectd -f is called with, or the command line itself',
}

const ofConnectd = 'hand over the file that connectd -f is called with, or the script that starts connectd'

function looksLikePowerShell(text: string): boolean {
  const start =
    /^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|Start-Process\b|\[CmdletBinding|(?:&[ \t]*)?["']?(?:\.|[A-Z]:)\\\S)/im
  return start.test(text) && !/^#!/.test(text)
}

/** A code, what the text is, and what to hand over instead. */
type Row = readonly [code: string, is: string, instead: string]

function foreignOf([code, is, instead]: Row | TextRule): Foreign {
  return { code, is, instead }
}

/** More is neither a launch script nor a provisioning file. */
const largest = 256 * 1024

function foreignBytes(bytes: Uint8Array): Foreign | null {
  if (bytes.every((byte) => /\s/.test(String.fromCharCode(byte)))) return foreignOf(['empty', 'empty', ofConnectd])
  if (bytes.length > largest)
    return foreignOf(['too-large', 'too large for a provisioning file or a launch script', ofConnectd])
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const rule = heads.find(([begins]) => begins.test(head))
  if (rule !== undefined) return foreignOf(rule[1])
  return bytes.includes(0) ? foreignOf(['binary', 'a binary file', ofConnectd]) : null
}

const heads: readonly [RegExp, Row][] = [
  // ELF, Mach-O in both byte orders and as a bundle, PE.
  [/^(?:7f454c46|feedfac[ef]|c[ef]faedfe|cafebabe|4d5a)/, ['program', 'a program, not its settings', ofConnectd]],
  // gzip, zip, ar (Debian packages), xz, bzip2.
  [
    /^(?:1f8b|504b0304|213c617263683e|fd377a585a00|425a68)/,
    ['archive', 'an archive or a package', 'unpack it, and hand over the provisioning files in it'],
  ],
  [/^(?:fffe|feff)/, ['utf-16', 'a text in UTF-16, of which connectd reads not a single key', 'save it as UTF-8']],
]

type TextRule = readonly [...Row, matches: (text: string, name: string) => boolean]

const textRules: readonly TextRule[] = [
  ['private-key', 'a private key', ofConnectd, (text) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text)],
  [
    'connectd-output',
    'what connectd printed when it ran',
    ofConnectd,
    (text) => /^Connectd built .* Now Starting Up/m.test(text),
  ],
  [
    'json',
    'a JSON file, perhaps the settings of the remote.it desktop or command line',
    'hand over provisioning files, or add its connections to p2p.yaml: id is the uid, ip and port are bind and port',
    (text) => /^\s*[[{]/.test(text) && isJson(text),
  ],
  ['p2p-file', 'a p2p.yaml already', 'use it with p2p -f, or name it under include', (text) => /^tunnels:/m.test(text)],
  [
    'ssh-config',
    'a configuration of ssh, which p2p import does not read',
    'write tunnels with ssh: { to: HOST, forward: ... }; they use your ssh configuration as it is',
    (text) =>
      /^[ \t]*Host[ \t]+\S/m.test(text) && /^[ \t]*(?:HostName|LocalForward|ProxyJump|IdentityFile)\b/im.test(text),
  ],
  [
    'batch-file',
    'a batch file of Windows',
    'hand over the command line in it, or the provisioning file that it names',
    (text, name) => /\.(?:bat|cmd)$/i.test(name) || /^@echo off/im.test(text),
  ],
  [
    'other-script',
    'a script in a language that p2p import does not read',
    ofConnectd,
    (text) => /^#!/.test(text) && !/^#!.*(?:sh|pwsh|powershell)(?:\s|$)/m.test(text.split('\n', 1)[0] ?? ''),
  ],
]

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
