/** Regular expressions for text that a far end chooses: run in a time that grows only with the length of the text. */
import { setFlagsFromString } from 'node:v8'

/** No pattern sees more of a line. */
export const longestMatched = 4096

/** Null: not a regular expression, or one that can take longer (look-around, back reference, large counts, nested repeats). */
export function linearPattern(text: string): RegExp | null {
  if (nestedRepeat.test(text.replace(/\\.|\[(\\.|[^\]])*\]/g, 'x'))) return null
  try {
    return new RegExp(text, (engine ??= findEngine()))
  } catch {
    return null
  }
}

/** Linear in this engine, but in no other that may ever run the same file. */
const nestedRepeat = /[*+}][^()]*\)+(?:[*+]|\{\d+,)/

let engine: string | null = null

/** V8's engine without backtracking, chosen by the flag `l`: it refuses to compile what it cannot run in linear time. */
function findEngine(): string {
  // At its first use: a code cache that was made before V8's flags changed is not accepted after.
  setFlagsFromString('--enable-experimental-regexp-engine')
  try {
    return new RegExp('', 'l').test('') ? 'l' : ''
  } catch {
    return ''
  }
}

/** Whether it is a regular expression at all. */
export function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
