import type { ScalarNode } from '../text/tree.ts'

/**
 * The value of a plain scalar by YAML 1.2's core schema (chapter 10.3.2), for text that has just been expanded. Nothing
 * stays the empty text instead of becoming null: a variable that is set to nothing removes no key.
 */
export function plainValue(text: string): ScalarNode['value'] {
  if (text === '') return ''
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null
  if (/^[-+]?[0-9]+$/.test(text) || /^0o[0-7]+$/.test(text) || /^0x[0-9a-fA-F]+$/.test(text)) return Number(text)
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text)
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? NaN : text
}
