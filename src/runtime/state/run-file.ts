/** Reads the file that a launcher writes: `l PID`, `p PID`, `x STATUS`, one line each, in this order. */
import { join } from 'node:path'
import { namesIn, readWithTime } from '../files/read-file.ts'
import { removeFile, tolerating } from '../files/write-file.ts'
import { isSignallable } from '../process/system/index.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'
import { lstatSync } from '../machine.ts'

export type RunFile =
  | { kind: 'absent' }
  /** Voided, or the launcher is about to write. */
  | { kind: 'empty' }
  | { kind: 'run'; launcher: number; program: number | null; status: number | null; writtenAt: number }
  /** Not written by our launcher. */
  | { kind: 'damaged' }

export function readRunFile(path: string): RunFile {
  try {
    const file = readWithTime(path)
    return file === null ? { kind: 'absent' } : parseRunFile(file.text, file.writtenAt)
  } catch (error) {
    // No launcher made it.
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) return { kind: 'damaged' }
    throw error
  }
}

/** A line without its newline does not count yet. */
export function parseRunFile(text: string, writtenAt: number): RunFile {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
  if (lines.length === 0)
    return text.length === 0 || /^l?( [0-9]*)?$/.test(text) ? { kind: 'empty' } : { kind: 'damaged' }
  const run = { launcher: 0, program: null as number | null, status: null as number | null }
  for (const line of lines) {
    const match = /^([lpx]) ([0-9]{1,10})$/.exec(line)
    const value = Number(match?.[2])
    if (match === null || (match[1] !== 'x' && !isSignallable(value))) return { kind: 'damaged' }
    if (match[1] === 'l') run.launcher = value
    else if (match[1] === 'p') run.program = value
    else run.status = value
  }
  return run.launcher === 0 ? { kind: 'damaged' } : { kind: 'run', ...run, writtenAt }
}

/** A voided attempt's file stays (see sweepRuns): it keeps a slow launcher from running. */
export function forgetRun(world: World, nonce: string): void {
  if (readRunFile(world.store.runFile(nonce)).kind === 'run') world.store.removeRun(nonce)
}

const sweepAfterMs = 60 * 60 * 1000

/**
 * Files of attempts that were voided under an earlier boot: no launcher of theirs lives. Lock held, before anything is
 * written: state.json then has the id of this boot, and a launcher that is scheduled late must meet its void.
 */
export function sweepVoids({ store, system }: World): void {
  const written = store.lastBootId()
  if (written === null || written === system.bootId) return
  for (const nonce of voidsOf(store)) store.removeRun(nonce)
}

/** Nonces of attempts whose run file is empty. */
export function voidsOf({ runs }: Store): string[] {
  return namesIn(runs).filter((name) => /^[0-9a-f]{32}$/.test(name) && readRunFile(join(runs, name)).kind === 'empty')
}

/** Files without a record, as a killed command leaves them, but no voids; what no launcher wrote stays for a while. Lock held. */
export function sweepRuns({ store, ctx }: World): void {
  const used = new Set([...store.readRecords().values()].map(({ attempt }) => attempt))
  const launched = store.readLaunched()
  const recorded = new Map([...launched].filter(([, { record }]) => used.has(record.attempt)))
  tolerating({ despiteWriteErrors: true }, () => {
    if (recorded.size < launched.size) store.writeLaunched(recorded)
  })
  for (const name of namesIn(store.runs)) {
    const nonce = name.replace(/\.ready$/, '')
    if (used.has(nonce)) continue
    const run = readRunFile(store.runFile(nonce))
    const { mtimeMs = 0 } = lstatSync(store.runFile(nonce), { throwIfNoEntry: false }) ?? {}
    const isStrange = run.kind === 'damaged' && ctx.now() - mtimeMs > sweepAfterMs
    const isOver = run.kind === 'absent' || (run.kind === 'run' && run.status !== null)
    if (isOver || isStrange) store.removeRun(nonce)
    // Emptied by a power cut, or damaged: it stays for its reason, but was never open.
    else if (run.kind !== 'run' && name !== nonce) removeFile(store.readyMark(nonce))
  }
}
