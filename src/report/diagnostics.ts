/** Draws errors with their place, and says why a command failed. */
import type { Context } from '../core/context.ts'
import type { Diagnostic, Place } from '../core/diagnostic.ts'
import { systemCode, type P2pError } from '../core/errors.ts'
import { paint, type Look } from './text/paint.ts'
import { sanitize, sanitizeJson, sanitizeLine } from './text/sanitize.ts'
import { meterFor, type Meter } from './text/width.ts'

/**
 *     p2p.yaml:5:11  tunnels.db.port must be a whole number
 *         5 |     port: nope
 *           |           ^^^^   try: port: 5432
 */
export async function formatDiagnostics(diagnostics: readonly Diagnostic[], { colour, masks }: Look): Promise<string> {
  const places = diagnostics.map(({ place }) => (place === null ? '' : sanitizeLine(position(place), masks)))
  const excerpts = diagnostics.flatMap(({ place }) => place?.text?.replace(/\t/g, ' ') ?? [])
  const meter = await meterFor([...places, ...excerpts])
  const widest = Math.max(0, ...places.map(meter))
  const lines = diagnostics.flatMap((diagnostic, index) => {
    const place = places[index] ?? ''
    const located = widest === 0 ? '' : `${place}${' '.repeat(widest - meter(place))}  `
    return [
      paint(located, 'bold', colour) + headline(diagnostic, { colour, masks }),
      ...excerptWithCaret(diagnostic, meter, { colour, masks }),
      ...diagnostic.related.map(
        ({ message, place }) => `      ${sanitizeLine(`${message}: ${position(place)}`, masks)}`,
      ),
    ]
  })
  return lines.map((line) => `${line}\n`).join('')
}

/** One array, described in schemas/output.schema.json. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[], masks: readonly string[]): string {
  const entries = diagnostics.map(({ severity, code, message, hint, path, place }) => ({
    severity,
    code,
    message,
    hint,
    path,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
  }))
  return `${sanitizeJson(entries, masks, 2)}\n`
}

export async function reportError(error: P2pError, { stderr, masks, globals }: Context): Promise<void> {
  stderr.write(await formatError(error, { colour: stderr.colour, masks, debug: globals.debug }))
}

/** Every error of a failed command, what failed, what to try. `debug` adds the stack. */
export async function formatError(error: P2pError, look: Look & { debug: boolean }): Promise<string> {
  const lines = [paint(`p2p: ${sanitizeLine(error.message, look.masks)}`, 'red', look.colour)]
  if (error.hint !== null) lines.push(`     try: ${sanitizeLine(error.hint, look.masks)}`)
  if (look.debug) lines.push(...debugLines(error, look.masks))
  return (await formatDiagnostics(error.details, look)) + lines.map((line) => `${line}\n`).join('')
}

/** Anything but a P2pError is a bug in p2p. */
export function formatBug(error: unknown, look: Look & { debug: boolean }): string {
  const lines = [paint('p2p: this is a bug in p2p, not in your project', 'red', look.colour)]
  if (look.debug) lines.push(...debugLines(error, look.masks))
  else lines.push('     try: the same command with --debug, and report what it prints')
  return lines.map((line) => `${line}\n`).join('')
}

function headline({ severity, message }: Diagnostic, { colour, masks }: Look): string {
  const text = sanitizeLine(message, masks)
  return severity === 'warning' ? `${paint('warning:', 'yellow', colour)} ${text}` : text
}

function position({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

/** Of a long line only a window around the marked part is shown. */
const mostBefore = 60
const mostMarked = 60
const mostAfter = 40

/** The line in three parts, sanitized one by one, so that the caret stays under the marked one. */
function excerptOf(
  { text, column, length }: Place,
  masks: readonly string[],
): { before: string; marked: string; after: string } | null {
  if (text === null) return null
  const line = text.replace(/\r?\n?$/, '')
  const start = Math.min(column - 1, line.length)
  const end = Math.min(start + Math.min(length, mostMarked), line.length)
  const from = Math.max(0, start - mostBefore)
  const to = Math.min(line.length, end + mostAfter)
  return {
    before: `${from > 0 ? '…' : ''}${sanitize(line.slice(from, start), masks)}`,
    marked: sanitize(line.slice(start, end), masks),
    after: `${sanitize(line.slice(end, to), masks)}${to < line.length ? '…' : ''}`,
  }
}

function excerptWithCaret({ place, hint, severity }: Diagnostic, meter: Meter, { colour, masks }: Look): string[] {
  const advice = hint === null ? '' : `try: ${sanitizeLine(hint, masks)}`
  const excerpt = place === null ? null : excerptOf(place, masks)
  if (place === null || excerpt === null) return advice === '' ? [] : [`      ${advice}`]
  const { before, marked, after } = excerpt
  // A tab stays a tab, so that the caret is right at any tab width.
  const indent = before.replace(/[^\t]+/g, (run) => ' '.repeat(meter(run)))
  const caret = '^'.repeat(Math.max(1, meter(marked.replace(/\t/g, ' '))))
  const gutter = place.line.toString().padStart(5)
  return [
    `${gutter} | ${before}${marked}${after}`,
    `${' '.repeat(gutter.length)} | ${indent}${paint(caret, severity === 'error' ? 'red' : 'yellow', colour)}${advice && `   ${advice}`}`,
  ]
}

/** Stacks, without messages of libraries: they may quote source lines, arguments and variables. */
function debugLines(error: unknown, masks: readonly string[]): string[] {
  const lines: string[] = []
  for (let cause = error; cause !== undefined && lines.length < 100;) {
    lines.push(`${lines.length === 0 ? '' : 'caused by '}${nameOf(cause)}`)
    const { stack = '', cause: next } = cause instanceof Error ? cause : {}
    lines.push(...stack.split('\n').filter((line) => /^\s+at /.test(line)))
    cause = next
  }
  return lines.map((line) => sanitize(line, masks))
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const code = systemCode(error)
  if (code !== null) return `${error.name} ${code}`
  // These messages of the engine quote names of our code, not data.
  const plain = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
  return plain ? `${error.name}: ${error.message}` : error.name
}
