/** What a word of a script comes to: text that is known, or something that only its caller or a run of it can tell. */
import { decodeBase64 } from '../../connectd/values.ts'
import type { Spot } from '../warnings.ts'

export type Value = { known: true; text: string; at: Spot } | Unknown

export interface Unknown {
  known: false
  /** What it comes from, as people see it: `$1`. */
  of: string
  /** Who could tell. */
  knownTo: 'the caller' | 'a run'
  /** A variable that the caller may set. */
  variable: string | null
  encoded: boolean
  at: Spot
}

/** A command of a script, its words worked out as far as the text says what they are. */
export interface Call {
  words: Value[]
  at: Spot
  /** Its author starts it again and again. */
  inLoop: boolean
  /** Backslashes that were to continue the line and do not: the shell ends the command there. */
  broken: Spot[]
}

export function known(text: string, at: Spot): Value {
  return { known: true, text, at }
}

/** Given by the caller: an argument, or a variable of the environment. */
export function given(of: string, at: Spot, variable: string | null = null): Value {
  return { known: false, of, knownTo: 'the caller', variable, encoded: false, at }
}

/** Made by the script itself, in a way that is not followed here. */
export function computed(of: string, at: Spot): Value {
  return { known: false, of, knownTo: 'a run', variable: null, encoded: false, at }
}

/** To follow `comes from`. */
export function sourceWords({ of, knownTo }: Unknown): string {
  return `${of}, which only ${knownTo === 'the caller' ? 'the caller knows' : 'a run of the script tells'}`
}

/** Values side by side. One alone keeps its own place, so that a mistake is shown where it was written. */
export function joined(parts: readonly Value[], at: Spot): Value {
  const [only, second] = parts.filter((part) => !part.known || part.text !== '')
  if (only !== undefined && second === undefined) return only
  const missing = parts.find((part) => !part.known)
  if (missing !== undefined) return { ...missing, at }
  // `x=$x$x` again and again would fill memory.
  if (parts.reduce((sum, part) => sum + (part.known ? part.text.length : 0), 0) > longest)
    return computed('a text without end', at)
  return known(parts.map((part) => (part.known ? part.text : '')).join(''), singlePlace(parts) ?? at)
}

/** No value of connectd's is longer, not even a whole provisioning file as base64. */
const longest = 100_000

/** `T"$port"`: the letter is no reason to lose the place of the number. */
function singlePlace(parts: readonly Value[]): Spot | null {
  const wordy = parts.filter((part) => part.known && part.text.length > 1)
  return wordy.length === 1 ? (wordy[0]?.at ?? null) : null
}

export function encoded(value: Value): Value {
  return value.known ? known(toBase64(value.text), value.at) : { ...value, encoded: true }
}

export function decoded(value: Value): Value {
  if (!value.known) return { ...value, encoded: false }
  const text = decodeBase64(value.text.replace(/[\r\n]/g, ''))
  return text === null ? computed('base64 text', value.at) : known(text, value.at)
}

export function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
