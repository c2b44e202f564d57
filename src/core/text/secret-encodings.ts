/** How a secret may be written where it leaks: as it is, escaped, in URLs, in base64. */
import { escapeControls, hex } from './control-characters.ts'

/** Shorter values are in every text: hiding them would destroy it and so give the value away. */
const shortestSecret = 3
/** Less of a base64 text than this is too likely to be something else. */
const shortestCore = 8

/** Every text to look for and to hide; none for a value too short to be told from other words. */
export function encodingsOf(secret: string): string[] {
  const found = new Set<string>()
  for (const text of spellings(secret)) if (text.length >= shortestSecret) found.add(text)
  // Output is read line by line: each line of a key in PEM form is a secret of its own.
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
  // Lone surrogates have no URL form; the detour over bytes replaces them as any encoder would.
  const encoded = encodeURIComponent(Buffer.from(secret).toString())
  const strict = encoded.replace(/[!'()*]/g, (character) => `%${hex(character, 2).toUpperCase()}`)
  for (const form of [encoded, strict]) {
    yield form
    yield form.replace(/%20/g, '+')
    yield form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  }
}

/**
 * Base64 of the value alone, and the letters it surely gives inside a longer base64 text (as in `user:password` of
 * HTTP basic authentication), which depend on where it falls in the groups of three bytes.
 */
function* base64Spellings(bytes: Buffer): Generator<string> {
  const texts = [bytes.toString('base64')]
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // A letter holds six bits: those that share bits with a neighbour's byte are not surely ours.
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
