/** A stand-in for @napi-rs/keyring: entries in a JSON file, for the real program; and one in memory. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Keyring } from '../../src/runtime/secrets/keychain.ts'
import type { Rig } from '../support/rig.ts'

/** Gives a rig's p2p the package, in place of the real one. Its entries are in the returned file. */
export function giveKeyring(rig: Rig): {
  entries: () => Record<string, string>
  set: (name: string, value: string) => void
} {
  const file = join(rig.folder, 'keyring.json')
  const fake = join(rig.folder, 'keyring.cjs')
  writeFileSync(fake, fakePackage(file))
  const register = join(rig.folder, 'register.cjs')
  writeFileSync(
    register,
    `const Module = require('node:module')
const resolve = Module._resolveFilename
Module._resolveFilename = (name, ...rest) =>
  name === '@napi-rs/keyring' ? ${JSON.stringify(fake)} : resolve(name, ...rest)`,
  )
  rig.env['NODE_OPTIONS'] = `--require=${register}`
  const entries = (): Record<string, string> =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
  return {
    entries,
    set: (name, value) => {
      writeFileSync(file, JSON.stringify({ ...entries(), [name]: value }))
    },
  }
}

/** Refuses every service but p2p's and every store that a reboot empties. */
function fakePackage(file: string): string {
  return `const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const all = () => existsSync(${JSON.stringify(file)}) ? JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8')) : {}
exports.Entry = class Entry {
  constructor(service, name, options) {
    if (service !== 'p2p' || options.linux.store !== 'secret-service') throw new Error('wrong entry ' + name)
    this.name = name
  }
  getPassword() { return all()[this.name] ?? null }
  setPassword(value) { writeFileSync(${JSON.stringify(file)}, JSON.stringify({ ...all(), [this.name]: value })) }
}`
}

/** `unreachable`: constructors throw, as they do without a Secret Service. */
export function memoryKeyring({ unreachable = false } = {}): {
  keyring: Keyring
  entries: Map<string, string>
  seen: unknown[][]
} {
  const entries = new Map<string, string>()
  const seen: unknown[][] = []
  class Entry {
    readonly name: string
    constructor(...entry: [service: string, name: string, options: unknown]) {
      if (unreachable) throw new Error(`Platform failure: ${entry[1]}`)
      seen.push(entry)
      this.name = entry[1]
    }
    getPassword(): string | null {
      return entries.get(this.name) ?? null
    }
    setPassword(value: string): void {
      entries.set(this.name, value)
    }
  }
  return { keyring: { Entry }, entries, seen }
}
