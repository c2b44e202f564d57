/** Compiled projects of earlier runs, one file for each question. A hint: whatever is wrong with it, it is not there. */
import { join } from 'node:path'
import { sha256 } from '../../core/text/sha256.ts'
import { readBytesFrom } from '../files/read-file.ts'
import { replaceWhole } from '../files/write-file.ts'
import { mkdirSync, readdirSync, rmSync, statSync } from '../machine.ts'

const sumLength = 8

/** As many as people work on; the ones written longest ago go. */
const most = 64

/** `root`: the state root, checked. Null if nothing is kept under that question, or if it does not parse. */
export function readCompiled(root: string, question: string): unknown {
  try {
    const file = readBytesFrom(pathOf(root, question), () => 0)
    const text = file.subarray(sumLength)
    if (file.toString('latin1', 0, sumLength) !== checksum(text)) return null
    const [asked, kept] = JSON.parse(text.toString()) as unknown[]
    return asked === question ? kept : null
  } catch {
    return null
  }
}

export function keepCompiled(root: string, question: string, value: unknown): void {
  try {
    mkdirSync(folderOf(root), { recursive: true, mode: 0o700 })
    const text = JSON.stringify([question, value])
    replaceWhole(pathOf(root, question), checksum(Buffer.from(text)) + text, { durable: false })
    for (const path of byAge(folderOf(root)).slice(most)) rmSync(path, { force: true })
  } catch {
    // A full or read-only disk: it is compiled again next time.
  }
}

/** Those of all projects, and the code cache: both are made again. */
export function forgetCompiled(root: string): void {
  rmSync(join(root, 'cache'), { recursive: true, force: true })
}

/** Against damage, not against a forger: this folder is the user's own. FNV-1a over 4 bytes at once: it runs cold. */
function checksum(bytes: Uint8Array): string {
  const words = new Int32Array(Math.ceil(bytes.length / 4))
  new Uint8Array(words.buffer).set(bytes)
  let hash = 0x811c9dc5 ^ bytes.length
  for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(sumLength, '0')
}

function folderOf(root: string): string {
  return join(root, 'cache', 'projects')
}

function pathOf(root: string, question: string): string {
  return join(folderOf(root), `${sha256(question).slice(0, 32)}.json`)
}

/** The newest first. */
function byAge(folder: string): string[] {
  const found = readdirSync(folder).map((name) => ({ path: join(folder, name), at: 0 }))
  for (const file of found) file.at = statSync(file.path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return found.sort((a, b) => b.at - a.at).map(({ path }) => path)
}
