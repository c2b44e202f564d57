/** How a leaked secret may be written: plain, escaped, in URLs, in base64. */
import { escapeControls, hex } from './control-characters.ts'

/** Shorter values occur in any text: masking them would destroy it and reveal the value. */
const shortestSecret = 3
/** A shorter piece of base64 is too likely to be something else. */
const shortestCore = 8

/** Every text to mask; none for a value that is too short. */
export function encodingsOf(secret: string): string[] {
  const found = new Set<string>()
  for (const text of spellings(secret)) if (text.length >= shortestSecret) found.add(text)
  // Output is read by lines: each line of a PEM key is a secret of its own.
  for (const line of secret.split(/\r?\n/)) if (line.length >= shortestCore) found.add(line)
  return [...found]
}

function* spellings(secret: string): Generator<string> {
  if (secret.length < shortestSecret) return
  yield secret
  yield escapeControls(secret)
  yield JSON.stringify(secret).slice(1, -1)
  yield* urlSpellings(secret)
  yield* base64Spellings(Buffer.from(secret))
}

function* urlSpellings(secret: string): Generator<string> {
  // Lone surrogates have no URL form; going through bytes replaces them as encoders do.
  const encoded = encodeURIComponent(Buffer.from(secret).toString())
  const strict = encoded.replace(/[!'()*]/g, (character) => `%${hex(character, 2).toUpperCase()}`)
  for (const form of [encoded, strict]) {
    yield form
    yield form.replace(/%20/g, '+')
    yield form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  }
}

/** Of the value alone, and its certain letters inside a longer text such as `user:password`, by offset modulo three bytes. */
function* base64Spellings(bytes: Buffer): Generator<string> {
  const texts = [bytes.toString('base64')]
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // A letter holds six bits: skip those that share bits with a neighbouring byte.
    const core = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    if (core.length >= shortestCore) texts.push(core)
  }
  for (const text of texts) {
    for (const form of [text, text.replace(/=+$/, '')]) {
      yield form
      yield form.replace(/\+/g, '-').replace(/\//g, '_')
    }
  }
}
