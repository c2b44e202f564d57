/** Escapes control characters, so that a terminal shows them instead of acting on them. */

/** C0 without tab and newline, DEL, C1, line and paragraph separators, bidi marks and overrides, lone surrogates. */
export const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu

/** `\x1b`, `\u202e`. */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`
  })
}

export function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}
