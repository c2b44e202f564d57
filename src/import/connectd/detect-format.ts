/** Tells what a text given to import is: by its first bytes and lines, never by its name alone. */
import { decodeBytes } from '../../connectd/values.ts'
import type { ForeignKind } from '../foreign.ts'

export type DetectedFormat =
  | { is: 'script'; dialect: 'shell' | 'powershell'; text: string }
  /** A provisioning file, or a command line without anything that marks a script. */
  | { is: 'plain'; text: string }
  | { is: 'foreign'; kind: ForeignKind }

/** `name`: the file's name, which only tells scripts apart that look alike. */
export function detectFormat(bytes: Uint8Array, name: string): DetectedFormat {
  const text = bytes.length > largest ? '' : decodeBytes(bytes)
  const kind = foreignBytes(bytes) ?? textRules.find(([matches]) => matches(text, name))?.[1]
  if (kind !== undefined) return { is: 'foreign', kind }
  if (/^#!.*\b(?:pwsh|powershell)/.test(text) || /\.psm?1$/i.test(name) || looksLikePowerShell(text)) {
    return { is: 'script', dialect: 'powershell', text }
  }
  return /^#!/.test(text) || /\.(?:sh|bash|command)$/i.test(name)
    ? { is: 'script', dialect: 'shell', text }
    : { is: 'plain', text }
}

function looksLikePowerShell(text: string): boolean {
  const start =
    /^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|Start-Process\b|\[CmdletBinding|PS [A-Z]:[^>\r\n]{0,200}>|(?:&[ \t]*)?["']?(?:\.|[A-Z]:)\\\S)/im
  return start.test(text) && !/^#!/.test(text)
}

/** More is neither a launch script nor a provisioning file. */
const largest = 256 * 1024

function foreignBytes(bytes: Uint8Array): ForeignKind | undefined {
  if (bytes.every((byte) => /\s/.test(String.fromCharCode(byte)))) return 'empty'
  if (bytes.length > largest) return 'too-large'
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return heads.find(([begins]) => begins.test(head))?.[1] ?? (bytes.includes(0) ? 'binary' : undefined)
}

const heads: readonly [RegExp, ForeignKind][] = [
  // ELF, Mach-O in both byte orders and as a bundle, PE.
  [/^(?:7f454c46|feedfac[ef]|c[ef]faedfe|cafebabe|4d5a)/, 'program'],
  // gzip, zip, ar (Debian packages), xz, bzip2.
  [/^(?:1f8b|504b0304|213c617263683e|fd377a585a00|425a68)/, 'archive'],
  [/^(?:fffe|feff)/, 'utf-16'],
]

const textRules: readonly [(text: string, name: string) => boolean, ForeignKind][] = [
  [(text) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text), 'private-key'],
  [(text) => /^Connectd built .* Now Starting Up/m.test(text), 'connectd-output'],
  [(text) => /^\s*[[{]/.test(text) && isJson(text), 'json'],
  [(text) => /^tunnels:/m.test(text), 'p2p-file'],
  [(text) => /<plist\b/.test(text), 'launchd'],
  [(text) => /^services:/m.test(text), 'compose'],
  [(text) => sshLines.every((line) => line.test(text)), 'ssh-config'],
  [(text, name) => /\.(?:bat|cmd)$/i.test(name) || /^@echo off/im.test(text), 'batch-file'],
  [(text) => /^#!(?!.*(?:sh|pwsh|powershell)(?:\s|$))/.test(text), 'other-language'],
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
