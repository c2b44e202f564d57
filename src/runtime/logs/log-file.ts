/** A tunnel's log file: opened for its program, rotated, and read from where a run began. */
import { stripVTControlCharacters } from 'node:util'
import { systemCode } from '../../core/errors.ts'
import type { LogPolicy, RunRecord } from '../../core/model.ts'
import { elapsed } from '../../core/text/clock.ts'
import { formatRunBorder, hookLine, runBorder } from '../../core/text/run-border.ts'
import { unusable } from '../files/folders.ts'
import { openOrCreate, openRegular, readFrom, readRange } from '../files/read-file.ts'
import { tolerating, writeAll } from '../files/write-file.ts'
import { noteMarks } from './growth.ts'
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, renameSync, rmSync } from '../machine.ts'

/** Marks in its log that a run begins; what is said from `offset` on belongs to it. A full disk keeps no tunnel closed. */
export function beginRun(
  path: string,
  policy: LogPolicy,
  { startedAt, attempt }: Pick<RunRecord, 'startedAt' | 'attempt'>,
): { descriptor: number; offset: number } {
  rotateIfLarge(path, policy)
  const descriptor = openOrCreate(path)
  const border = formatRunBorder(new Date(startedAt).toISOString())
  tolerating({ despiteWriteErrors: true }, () => {
    writeAll(descriptor, `${endOfLine(path)}${border}\n`)
  })
  const offset = logSize(path)
  noteMarks(path, [{ offset, at: startedAt, attempt }])
  return { descriptor, offset }
}

/** A line of p2p's own, to its end. A line that the program has begun is ended first. */
export function appendLines(path: string, lines: readonly string[]): void {
  const descriptor = openOrCreate(path)
  try {
    writeAll(descriptor, `${endOfLine(path)}${lines.join('\n')}\n`)
  } finally {
    closeSync(descriptor)
  }
}

/** The run before may have died within a line. */
function endOfLine(path: string): string {
  return /^\n?$/.test(readFrom(path, (size) => Math.max(0, size - 1))) ? '' : '\n'
}

export function logSize(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** log -> log.1 -> log.2 ..., dropping the oldest beyond `keep`. Only while no program writes to it. */
function rotateIfLarge(path: string, { maxBytes, keep }: LogPolicy): void {
  try {
    if (logSize(path) < maxBytes) return
    shiftOlder(path, keep)
    if (keep > 0) renameSync(path, `${path}.1`)
    else rmSync(path, { force: true })
  } catch (error) {
    throw unusable(path, error)
  }
}

const tailBytes = 16 * 1024

/** The last lines of a run without noise: at most `most` of the last 16 KiB since `offset`. */
export function tailOfRun(path: string, offset: number, { noise }: Pick<LogPolicy, 'noise'> = {}, most = 40): string[] {
  const text = readFrom(path, (size) => Math.max(size < offset ? 0 : offset, size - tailBytes))
  const isNoise = noise === undefined ? null : new RegExp(noise)
  const lines = stripVTControlCharacters(text).split(/\r?\n/)
  return lines
    .slice(lines.findLastIndex((line) => runBorder.test(line)) + 1)
    .filter((line) => line !== '' && !hookLine.test(line) && isNoise?.test(line) !== true)
    .slice(-most)
}

const complaintLastsMs = 10 * 60_000

/**
 * Why the newest connection through it failed, by the last lines since `offset`; null: none failed, or nothing is said.
 * A program with several targets names them (group `target`), and an answer of one ends no complaint about another.
 */
export function lastComplaint(path: string, offset: number, now: number, logs: LogPolicy): string | null {
  if (logs.complaint === undefined) return null
  const complaint = new RegExp(logs.complaint)
  const answer = logs.handshake === undefined ? null : new RegExp(logs.handshake)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || (answer === null && elapsed(stat.mtimeMs, now) > complaintLastsMs)) return null
  const answered = new Set<string>()
  const failed = new Map<string, string>()
  // Each of many targets is heard of once at the start.
  for (const line of tailOfRun(path, offset, logs, answer === null ? undefined : Infinity).reverse()) {
    const reached = answer?.exec(line)
    if (reached) answered.add(reached.groups?.['target'] ?? '')
    const { why, target = '' } = complaint.exec(line)?.groups ?? {}
    const isOver = target === '' ? answered.size > 0 : answered.has(target)
    if (why === undefined || isOver || failed.has(target)) continue
    failed.set(target, why.trim())
  }
  const said = [...failed.values()]
  const more = said.length > mostComplaints ? [`and ${said.length - mostComplaints} more`] : []
  return said.length === 0 ? null : [...said.slice(0, mostComplaints), ...more].join('; ')
}

const mostComplaints = 3

// Readiness lines come early; readers don't search all of a flooded log.
const searchBytes = 4 * 1024 * 1024

/** Whether any line since `offset` matches, even an unfinished one. */
export function logMatches(path: string, offset: number, pattern: string): boolean {
  return matchesAnyLine(
    readFrom(path, (size) => (size < offset ? 0 : offset), searchBytes),
    new RegExp(pattern),
  )
}

/** Cuts long lines: the time of a user's regular expression may grow with their length. */
export function matchesAnyLine(text: string, pattern: RegExp): boolean {
  return text.split('\n').some((line) => !hookLine.test(line) && pattern.test(line.slice(0, 4096).replace(/\r$/, '')))
}

/** Copies, then truncates in place, since the program keeps its file open. Lines written in between are lost. */
export function shrinkLog(path: string, { keep, maxBytes }: LogPolicy): void {
  const descriptor = openRegular(path, constants.O_RDWR)
  if (descriptor === null) return
  try {
    shiftOlder(path, keep)
    if (keep > 0) copyEnd(descriptor, `${path}.1`, maxBytes)
    ftruncateSync(descriptor, 0)
  } catch (error) {
    throw unusable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

const copiedBytes = 1024 * 1024

/** All of it; of a flood, which came within one look, only its last `maxBytes`. */
function copyEnd(descriptor: number, to: string, maxBytes: number): void {
  const { size } = fstatSync(descriptor)
  rmSync(to, { force: true })
  const copy = openSync(to, 'wx', 0o600)
  try {
    for (let offset = size > 2 * maxBytes ? size - maxBytes : 0; offset < size;) {
      const chunk = readRange(descriptor, offset, Math.min(copiedBytes, size - offset))
      if (chunk.length === 0) return
      writeAll(copy, chunk)
      offset += chunk.length
    }
  } finally {
    closeSync(copy)
  }
}

function shiftOlder(path: string, keep: number): void {
  rmSync(`${path}.${keep}`, { force: true })
  for (let index = keep - 1; index >= 1; index--) {
    try {
      renameSync(`${path}.${index}`, `${path}.${index + 1}`)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
    }
  }
}
