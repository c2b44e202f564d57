/** Makes text fit for a terminal: escapes control characters and hides secrets, also as base64 or URL-encoded. */
import { controls, escapeControls, hex } from '../../core/text/control-characters.ts'
import { redact } from '../../core/text/redact.ts'

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
