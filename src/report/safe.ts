/**
 * The output edge: text from anywhere made fit for a terminal. Control characters are shown instead of obeyed, and
 * known secrets are hidden, also as base64 or URL-encoded.
 */

/**
 * Makes a text harmless: known secrets become `***`, control characters but tab and newline become visible escapes
 * (`\x1b`, `\u202e`). Linear in the text's length.
 */
export function safe(text: string, masks: readonly string[]): string {
  const visible = escapeControls(redact(text, masks))
  // Escaping may spell out a secret that was written with a raw control character.
  return redact(visible, masks)
}

/** Like `safe`, and on one line: for cells, titles and single messages. */
export function safeLine(text: string, masks: readonly string[]): string {
  return safe(text, masks).replace(/[\t\n]+/g, ' ')
}

/**
 * A value as JSON with secrets hidden in every string. The text holds no raw control character either (JSON.stringify
 * leaves DEL, C1 and bidi marks as they are), and reads back to the same data.
 */
export function safeJson(value: unknown, masks: readonly string[], indent = 0): string {
  const hide = (_key: string, part: unknown): unknown => (typeof part === 'string' ? redact(part, masks) : part)
  return JSON.stringify(value, hide, indent).replace(controls, (character) =>
    character === '\n' ? character : `\\u${hex(character, 4)}`,
  )
}

/** Hides known secrets and changes nothing else. Stretches that overlap are hidden as one. */
export function redact(text: string, masks: readonly string[]): string {
  const forms = formsOf(masks)
  if (forms.length === 0 || text.length === 0) return text
  const found: [start: number, end: number][] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) found.push([at, at + form.length])
  }
  if (found.length === 0) return text
  found.sort(([a], [b]) => a - b)
  let shown = ''
  let hiddenTo = 0
  for (const [start, end] of found) {
    if (start >= hiddenTo) shown += `${text.slice(hiddenTo, start)}***`
    hiddenTo = Math.max(hiddenTo, end)
  }
  return shown + text.slice(hiddenTo)
}

/** The length of the longest form of any secret: who cuts a stream into pieces must hold back that much. */
export function longestForm(masks: readonly string[]): number {
  return Math.max(0, ...formsOf(masks).map((form) => form.length))
}

/** C0 without tab and newline, DEL, C1, line and paragraph separators, bidi marks and overrides, lone surrogates. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu

function escapeControls(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`
  })
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}

/** Shorter values are in every text: hiding them would destroy it and so give the value away. */
const shortestSecret = 3
/** Less of a base64 text than this is too likely to be something else. */
const shortestCore = 8

/** The forms of an array of secrets that only ever grows, made again when it has. */
const known = new WeakMap<readonly string[], { count: number; forms: string[] }>()

function formsOf(masks: readonly string[]): string[] {
  const before = known.get(masks)
  if (before?.count === masks.length) return before.forms
  const forms = new Set<string>()
  for (const secret of masks) {
    for (const form of spellings(secret)) if (form.length >= shortestSecret) forms.add(form)
    // Output is read line by line: each line of a key in PEM form is a secret of its own.
    for (const line of secret.split(/\r?\n/)) if (line.length >= shortestCore) forms.add(line)
  }
  const made = { count: masks.length, forms: [...forms] }
  known.set(masks, made)
  return made.forms
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
