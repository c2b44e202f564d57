/**
 * Notes how a log grows, for those that watch it: its program writes straight to the file. What is lost, or can't be
 * written, only makes the times of its lines less exact.
 */
import { dirname } from 'node:path'
import { formatMark, LogTimes, parseMarks, thinned, type Mark } from '../../core/decide/log-times.ts'
import type { RunRecord } from '../../core/model.ts'
import { openOrCreate, readFrom } from '../files/read-file.ts'
import { writeAll } from '../files/write-file.ts'
import { closeSync, fstatSync, lstatSync, mkdirSync, renameSync, timeOfDay, writeFileSync } from '../machine.ts'

const mostBytes = 16 * 1024

/** In a folder that no watch sees: a note must not ring. */
const notesOf = (log: string): string => `${dirname(log)}/times/log`

export function noteMarks(log: string, marks: readonly Mark[]): void {
  const path = notesOf(log)
  try {
    const descriptor = openNotes(path)
    try {
      writeAll(descriptor, marks.map(formatMark).join(''))
      if (fstatSync(descriptor).size <= mostBytes) return
    } finally {
      closeSync(descriptor)
    }
    const kept = thinned(
      parseMarks(
        readFrom(path, () => 0),
        Infinity,
      ),
    )
    // One name for all: what a crash leaves is written over. Mixed by two writers, some lines have no meaning.
    writeFileSync(`${path}.tmp`, kept.map(formatMark).join(''), { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch {
    return
  }
}

function openNotes(path: string): number {
  try {
    return openOrCreate(path)
  } catch {
    // Not above it: the folder of a tunnel that was purged must not come back.
    mkdirSync(dirname(path), { mode: 0o700 })
    return openOrCreate(path)
  }
}

/** `record`: of the run that is on record, which an earlier build may have begun. */
export function readTimes(log: string, record: RunRecord | undefined): LogTimes {
  const { size = 0, mtimeMs = 0 } = lstatSync(log, { throwIfNoEntry: false }) ?? {}
  const marks = marksOf(log, size)
  if (record !== undefined && marks.every(({ attempt }) => attempt !== record.attempt)) {
    const { attempt, startedAt, logOffset } = record
    marks.push({ offset: logOffset <= size ? logOffset : 0, at: startedAt, attempt })
    marks.sort((a, b) => a.offset - b.offset)
  }
  return new LogTimes(marks, Math.max(mtimeMs, marks.at(-1)?.at ?? 0))
}

function marksOf(log: string, size: number): Mark[] {
  try {
    return parseMarks(
      readFrom(notesOf(log), (length) => Math.max(0, length - 4 * mostBytes)),
      size,
    )
  } catch {
    return []
  }
}

/** Marks of one watcher are at least that far apart, also in a flood. */
const pauseMs = 400

/** The size of one log as a watcher sees it. */
export class Growth {
  readonly #log: string
  /** Null: not seen yet. */
  #size: number | null
  /** When it was last seen with that size. */
  #seenAt = 0
  #notedAt = 0
  /** It has grown since, and is to be looked at again. */
  isBehind = false

  /** `size`: what is noted already. */
  constructor(log: string, size: number | null = null) {
    this.#log = log
    this.#size = size
  }

  /** `since`: until then it had not grown (a watch has just rung); by default the last look. Returns its size. */
  look(since = 0): number {
    const now = timeOfDay()
    const { size, mtimeMs } = lstatSync(this.#log, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: now }
    const known = this.#size ?? 0
    this.isBehind = size > known && now - this.#notedAt < pauseMs
    if (this.isBehind) return size
    if (size !== known) {
      const at = Math.min(Math.round(mtimeMs), now)
      const before = this.#size === null ? 0 : Math.min(Math.max(this.#seenAt, since), at)
      const marks: Mark[] = before === 0 || size < known ? [] : [{ offset: known, at: before }]
      noteMarks(this.#log, [...marks, size < known ? { offset: size, at, cut: true } : { offset: size, at }])
      this.#notedAt = now
    }
    this.#size = size
    this.#seenAt = now
    return size
  }
}
