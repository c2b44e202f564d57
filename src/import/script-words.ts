/** Words of a script: joined from what is known, and what only the caller, a run or a loop knows. */
import type { Spot } from './warnings.ts'

/** A word of a command: text, or something that only the script's caller, a run of it or a loop knows. */
export type Word = KnownWord | UnknownWord

export interface KnownWord {
  known: true
  text: string
  at: Spot
}

export interface UnknownWord extends Unknown {
  at: Spot
}

export interface Unknown {
  known: false
  of: string
  knownTo: 'the caller' | 'a run' | 'a loop'
  /** The variable that the caller may set, where it is the whole word. */
  variable: string | null
  /** The text around what is not known: `/bin/connectd` of `$HOME/bin/connectd`. */
  literal: string
}

/** To follow `comes from`. */
export function sourceWords({ of, knownTo }: UnknownWord): string {
  return `${of}, which only ${knownTo === 'the caller' ? 'the caller knows' : 'a run of the script tells'}`
}

export function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

/** Programs that take the name of another one and do not run it. */
const inert =
  /^(?:echo|printf|cat|grep|egrep|fgrep|pgrep|pkill|pidof|killall|kill|ps|logger|which|type|test|\[\[?|ls|rm|cp|mv|ln|chmod|chown|install|wget|curl|tar|git|apt(?:-get)?|dpkg|yum|dnf|brew|sed|touch|file|stat|ldd|usage:?|log|info|warn|die|write-(?:host|output|error)|get-process|stop-process)$/i

/** No value is longer: `x=$x$x` again and again would fill memory. */
const longest = 10_000
/** Text, or what stands for it: the value of a variable, or something unknown. */
export type Part = string | KnownWord | Unknown

/** A word before its parts are joined. */
export interface Pieces {
  raw: string
  parts: Part[]
  at: Spot
}

export function known(text: string, at: Spot): KnownWord {
  return { known: true, text, at }
}

/** `variable`: where the caller gives it; without one it is made by the script, in a way that is not followed here. */
export function unknown(of: string, knownTo: Unknown['knownTo'] = 'a run', variable: string | null = null): Unknown {
  return { known: false, of, knownTo, variable, literal: '' }
}

/** The value of a variable alone keeps its own place, so that an error is shown where it was written. */
export function joined({ parts: all, at }: Pick<Pieces, 'parts' | 'at'>): Word {
  const parts = all.filter((part) => part !== '')
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object' && only.known) return only
  const text = parts.map(textOf).join('')
  if (text.length > longest) return { ...unknown('a text that is too long'), at }
  const missing = parts.findLast(isUnknown)
  if (missing === undefined) return known(text, at)
  return { ...missing, variable: parts.length === 1 ? missing.variable : null, literal: text, at }
}

export function isInert([first, second]: readonly Word[]): boolean {
  const [name = '', next] = [first, second].map((word) => (word === undefined ? undefined : nameOf(word)))
  if (next !== undefined && /^(?:sudo|doas)$/.test(name)) return inert.test(next)
  return inert.test(name) || (name === 'command' && /^-v$/i.test(next ?? ''))
}

export function nameOf(word: Word): string {
  return textOf(word)
    .slice(-200)
    .replace(/^.*[/\\]/s, '')
}

export function splitAtBlanks({ parts, at }: Pieces): Word[] {
  const words: Part[][] = [[]]
  for (const part of parts) {
    const texts: Part[] = isUnknown(part) ? [part] : textOf(part).split(/\s+/)
    const [first = '', ...others] = texts.map((text) =>
      typeof text === 'string' && typeof part === 'object' && part.known ? { ...part, text } : text,
    )
    words.at(-1)?.push(first)
    words.push(...others.map((text) => [text]))
  }
  const isWord = (word: Part[]): boolean => word.some((part) => isUnknown(part) || textOf(part) !== '')
  return words.filter(isWord).map((word) => joined({ parts: word, at }))
}

function isUnknown(part: Part): part is Unknown {
  return typeof part === 'object' && !part.known
}

/** Without what is not known. */
function textOf(part: Part): string {
  return typeof part === 'string' ? part : part.known ? part.text : part.literal
}
