/** Tells what a text given to import is: by its first bytes and lines, never by its name alone. */
import { decodeBytes } from '../../connectd/values.ts'
import type { Foreign } from './provisioning.ts'

export type DetectedFormat =
  | { is: 'script'; dialect: 'shell' | 'powershell'; text: string }
  /** A provisioning file, or a command line without anything that marks a script. */
  | { is: 'plain'; text: string }
  | { is: 'foreign'; foreign: Foreign }

/** More is neither a launch script nor a provisioning file. */
const largest = 256 * 1024

/** `name`: the file's name, which only tells scripts apart that look alike. */
export function detectFormat(bytes: Uint8Array, name: string): DetectedFormat {
  const byBytes = byteRules.find(({ matches }) => matches(bytes))
  if (byBytes !== undefined) return { is: 'foreign', foreign: byBytes }
  const text = decodeBytes(bytes)
  const byText = textRules.find(({ matches }) => matches(text, name))
  if (byText !== undefined) return { is: 'foreign', foreign: byText }
  if (/^#!.*\b(?:pwsh|powershell)/.test(text) || /\.psm?1$/i.test(name) || looksLikePowerShell(text)) {
    return { is: 'script', dialect: 'powershell', text }
  }
  return /^#!/.test(text) || /\.(?:sh|bash|command)$/i.test(name)
    ? { is: 'script', dialect: 'shell', text }
    : { is: 'plain', text }
}

/** A script that makes no connection, as far as its text tells. */
export function foreignScript(text: string): Foreign {
  if (/\bconnectd/i.test(text)) {
    return {
      code: 'script-without-connection',
      is: 'a script that installs or controls connectd, but starts no connection with it',
      instead: 'hand over the provisioning file or the command line that makes the connection',
    }
  }
  return { code: 'other-script', is: 'a script that does not start connectd', instead: insteadOfOther }
}

export const otherText: Foreign = {
  code: 'unknown-file',
  is: 'nothing that p2p can import: neither a provisioning file of connectd nor a script or command line that starts it',
  instead: 'hand over the file that connectd -f is called with, or the command line itself',
}

const insteadOfOther = 'hand over the file that connectd -f is called with, or the script that starts connectd'

function looksLikePowerShell(text: string): boolean {
  const start =
    /^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|Start-Process\b|\[CmdletBinding|(?:&[ \t]*)?["']?(?:\.|[A-Z]:)\\\S)/im
  return start.test(text) && !/^#!/.test(text)
}

interface ByteRule extends Foreign {
  matches: (bytes: Uint8Array) => boolean
}

const byteRules: readonly ByteRule[] = [
  {
    code: 'empty',
    is: 'empty',
    instead: insteadOfOther,
    matches: (bytes) => bytes.every((byte) => /\s/.test(String.fromCharCode(byte))),
  },
  {
    code: 'too-large',
    is: 'too large for a provisioning file or a launch script',
    instead: insteadOfOther,
    matches: (bytes) => bytes.length > largest,
  },
  {
    code: 'program',
    is: 'a program, not its settings',
    instead: insteadOfOther,
    // ELF, Mach-O in both byte orders and as a bundle, PE.
    matches: begins('7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '4d5a'),
  },
  {
    code: 'archive',
    is: 'an archive or a package',
    instead: 'unpack it, and hand over the provisioning files in it',
    // gzip, zip, ar (Debian packages), xz, bzip2.
    matches: begins('1f8b', '504b0304', '213c617263683e', 'fd377a585a00', '425a68'),
  },
  {
    code: 'utf-16',
    is: 'a text in UTF-16, of which connectd reads not a single key',
    instead: 'save it as UTF-8',
    matches: begins('fffe', 'feff'),
  },
  {
    code: 'binary',
    is: 'no text',
    instead: insteadOfOther,
    matches: (bytes) => bytes.includes(0),
  },
]

function begins(...heads: string[]): (bytes: Uint8Array) => boolean {
  return (bytes) => {
    const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
    return heads.some((head) => first.startsWith(head))
  }
}

interface TextRule extends Foreign {
  matches: (text: string, name: string) => boolean
}

const textRules: readonly TextRule[] = [
  {
    code: 'private-key',
    is: 'a private key',
    instead: insteadOfOther,
    matches: (text) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text),
  },
  {
    code: 'connectd-output',
    is: 'what connectd printed when it ran',
    instead: insteadOfOther,
    matches: (text) => /^Connectd built .* Now Starting Up/m.test(text),
  },
  {
    code: 'json',
    is: 'a JSON file, perhaps the settings of the remote.it desktop or command line',
    instead:
      'hand over provisioning files, or add its connections to p2p.yaml: id is the uid, ip and port are bind and port',
    matches: (text) => /^\s*[[{]/.test(text) && isJson(text),
  },
  {
    code: 'p2p-file',
    is: 'a p2p.yaml already',
    instead: 'use it with p2p -f, or name it under include',
    matches: (text) => /^tunnels:/m.test(text),
  },
  {
    code: 'ssh-config',
    is: 'a configuration of ssh, which p2p import does not read',
    instead: 'write tunnels with ssh: { to: HOST, forward: ... }; they use your ssh configuration as it is',
    matches: (text) =>
      /^[ \t]*Host[ \t]+\S/m.test(text) && /^[ \t]*(?:HostName|LocalForward|ProxyJump|IdentityFile)\b/im.test(text),
  },
  {
    code: 'batch-file',
    is: 'a batch file of Windows',
    instead: 'hand over the command line in it, or the provisioning file that it names',
    matches: (text, name) => /\.(?:bat|cmd)$/i.test(name) || /^@echo off/im.test(text),
  },
  {
    code: 'other-script',
    is: 'a script in a language that p2p import does not read',
    instead: insteadOfOther,
    matches: (text) => /^#!/.test(text) && !/^#!.*(?:sh|pwsh|powershell)(?:\s|$)/m.test(text.split('\n', 1)[0] ?? ''),
  },
]

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
