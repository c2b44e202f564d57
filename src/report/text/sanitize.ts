/** Makes text fit for a terminal: escapes control characters and hides secrets, also as base64 or URL-encoded. */
import { encodingsOf } from '../../core/text/secret-encodings.ts'
import { controls, escapeControls, hex } from '../../core/text/control-characters.ts'

/** Known secrets become `***`; control characters but tab and newline become `\x1b`, `\u202e`. Takes linear time. */
export function sanitize(text: string, masks: readonly string[]): string {
  const visible = escapeControls(redact(text, masks))
  // Escaping may spell out a secret that was written with a raw control character.
  return redact(visible, masks)
}

/** `sanitize`, on one line: for cells, titles and single messages. */
export function sanitizeLine(text: string, masks: readonly string[]): string {
  return sanitize(text, masks).replace(/[\t\n]+/g, ' ')
}

/** JSON with secrets hidden in every string, and without the DEL, C1 and bidi marks that JSON.stringify leaves. */
export function sanitizeJson(value: unknown, masks: readonly string[], indent = 0): string {
  const hide = (_key: string, part: unknown): unknown => (typeof part === 'string' ? redact(part, masks) : part)
  return JSON.stringify(value, hide, indent).replace(controls, (character) =>
    character === '\n' ? character : `\\u${hex(character, 4)}`,
  )
}

/** Only hides secrets; matches that overlap become one `***`. */
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

/** The length of the longest form of any secret: cutting a stream must hold back that much. */
export function longestForm(masks: readonly string[]): number {
  return Math.max(0, ...formsOf(masks).map((form) => form.length))
}

/** The forms of an array of secrets, which only ever grows. */
const known = new WeakMap<readonly string[], { count: number; forms: string[] }>()

function formsOf(masks: readonly string[]): string[] {
  const before = known.get(masks)
  if (before?.count === masks.length) return before.forms
  const forms = new Set<string>()
  for (const secret of masks) for (const form of encodingsOf(secret)) forms.add(form)
  const made = { count: masks.length, forms: [...forms] }
  known.set(masks, made)
  return made.forms
}
