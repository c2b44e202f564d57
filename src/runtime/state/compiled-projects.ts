/** Compiled projects of earlier runs, one file for each question. A hint: whatever is wrong with it, it is not there. */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../core/text/sha256.ts'
import { replaceWhole } from '../files/write-file.ts'

/** As many as people work on; the ones written longest ago go. */
const most = 64

/** `root`: the state root, checked. Null if nothing is kept under that question, or if it does not parse. */
export function readCompiled(root: string, question: string): unknown {
  try {
    const [asked, kept] = JSON.parse(readFileSync(pathOf(root, question), 'utf8')) as unknown[]
    return asked === question ? kept : null
  } catch {
    return null
  }
}

export function keepCompiled(root: string, question: string, value: unknown): void {
  try {
    mkdirSync(folderOf(root), { recursive: true, mode: 0o700 })
    replaceWhole(pathOf(root, question), JSON.stringify([question, value]), { durable: false })
    for (const path of byAge(folderOf(root)).slice(most)) rmSync(path, { force: true })
  } catch {
    // A full or read-only disk: it is compiled again next time.
  }
}

/** Those of all projects, and the code cache: both are made again. */
export function forgetCompiled(root: string): void {
  rmSync(join(root, 'cache'), { recursive: true, force: true })
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
