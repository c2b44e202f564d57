/** The texts that were read, and places in them. */
import { relative } from 'node:path'

/** One text: a p2p.yaml, an override, an include, a .env. */
export interface SourceText {
  /** Absolute path; `-` is standard input. */
  file: string
  /** As shown to people: relative to the working folder if that is shorter. */
  shown: string
  /** Base of its relative paths, absolute. */
  folder: string
  text: string
  /** Where its variables are looked up after the environment: absolute paths, the first wins. */
  envFiles: readonly string[]
  /** A character that is not text: nothing else is checked then. */
  flaw: BadText | null
  /** Reading order: errors are listed in it. */
  order: number
  kind: 'yaml' | 'env'
}

export interface BadText {
  at: number
  message: string
  hint: string
}

export interface Range {
  start: number
  end: number
}

/** Offsets are UTF-16 units; `end` is exclusive. */
export interface Span extends Range {
  source: SourceText
}

export function nameOf({ shown }: SourceText): string {
  return shown === '-' ? 'standard input' : shown
}

/** Also `git@host:path`, as git writes it, and `github.com/owner/name//folder`. */
export function isUrl(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]+:\/|[\w.-]+@[\w.-]+:|(?:[\w-]+\.)+[a-z]{2,}:|(?:git(?:hub|lab)|bitbucket|codeberg)\.\w+\/.*\/\/)/i.test(
    path,
  )
}

export function shownPath(path: string, cwd: string): string {
  if (path === '-' || isUrl(path)) return path
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

/** Computed only when a place is shown. */
const lineStarts = new WeakMap<SourceText, number[]>()

function lineStartsOf(source: SourceText): number[] {
  const known = lineStarts.get(source)
  if (known !== undefined) return known
  const starts = [0]
  for (const { index, 0: end } of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
  lineStarts.set(source, starts)
  return starts
}
