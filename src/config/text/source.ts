/** The texts that were read, and places in them. */
import { relative } from 'node:path'

/** One text that was read: a p2p.yaml, an override, an include, a .env. Everything taken from it remembers it. */
export interface SourceText {
  /** Absolute path; `-` is standard input. */
  file: string
  /** The path as people see it: relative to the working folder where that is shorter. */
  shown: string
  /** Base of the relative paths in it, absolute. */
  folder: string
  text: string
  /** Where variables in it are looked up after the process environment: absolute paths, earlier ones win. */
  envFiles: readonly string[]
  /** A character that no text has: then nothing else in it is looked at. */
  flaw: BadText | null
  /** In which order texts were read: mistakes are listed in it. */
  order: number
  kind: 'yaml' | 'env'
}

export interface BadText {
  at: number
  message: string
  hint: string
}

/** A part of a text. */
export interface Range {
  start: number
  end: number
}

/** A range of a source. Offsets are UTF-16 units; `end` is not part of it. */
export interface Span extends Range {
  source: SourceText
}

/** What a text is called in a sentence. */
export function nameOf({ shown }: SourceText): string {
  return shown === '-' ? 'standard input' : shown
}

/** A path as people see it. */
export function shownPath(path: string, cwd: string): string {
  if (path === '-') return path
  const short = relative(cwd, path)
  return short !== '' && short.length < path.length ? short : path
}

/** The line around an offset, without its line end. Lines count from 1. */
export function lineAt(source: SourceText, offset: number): { line: number; start: number; end: number } {
  const starts = lineStartsOf(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? Infinity) <= offset) low = middle
    else high = middle - 1
  }
  const start = starts[low] ?? 0
  let end = low + 1 < starts.length ? (starts[low + 1] ?? 0) : source.text.length
  while (end > start && /[\r\n]/.test(source.text.charAt(end - 1))) end -= 1
  return { line: low + 1, start, end }
}

/** Counted only when a place is shown: a file without mistakes never needs it. */
const lineStarts = new WeakMap<SourceText, number[]>()

function lineStartsOf(source: SourceText): number[] {
  const known = lineStarts.get(source)
  if (known !== undefined) return known
  const starts = [0]
  // YAML ends lines at CR LF, LF or CR.
  for (const { index, 0: end } of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
  lineStarts.set(source, starts)
  return starts
}
