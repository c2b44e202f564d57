import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/**
 * Writes the two files of a key that lives on a security key nobody has plugged in: what ssh-keygen -t ed25519-sk leaves on
 * disk (PROTOCOL.key and PROTOCOL.u2f of OpenSSH). Using it needs the device, and a person who touches it.
 */
export function writeSecurityKey(path: string): string {
  const type = 'sk-ssh-ed25519@openssh.com'
  const point = randomBytes(32)
  const open = Buffer.concat([text(type), text(point), text('ssh:')])
  const check = randomBytes(4)
  const touchRequired = Buffer.from([1])
  const secret = Buffer.concat([check, check, open, touchRequired, text(randomBytes(64)), text(''), text('')])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(text),
    Buffer.from([0, 0, 0, 1]),
    text(open),
    text(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').replace(/.{70}/g, '$&\n')
  const mark = (word: string): string => `-----${word} OPENSSH PRIVATE KEY-----\n`
  writeFileSync(path, `${mark('BEGIN')}${lines}\n${mark('END')}`, { mode: 0o600 })
  writeFileSync(`${path}.pub`, `${type} ${open.toString('base64')} nobody\n`)
  return path
}

/** A length-prefixed string as in RFC 4251. */
function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
