/** Hides secrets in text, however they are written there. Takes linear time. */
import { encodingsOf } from './secret-encodings.ts'

/** Known secrets become `***`; matches that overlap become one. */
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
