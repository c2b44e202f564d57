/** What `p2p doctor` found, for people and for programs. */
import { topics, type Finding } from '../core/finding.ts'
import { paint, type Colour, type Look } from './text/paint.ts'
import { sanitizeJson, sanitizeLine } from './text/sanitize.ts'

/** `quiet`: leave out what is fine. */
type DoctorLook = Look & { quiet: boolean }

/**
 *     ports
 *       problem  port 33000 is held by postgres (PID 812)
 *                tunnel ssh-pi
 *                try: end that program, or set another port in p2p.yaml
 */
export function formatFindings(findings: readonly Finding[], look: DoctorLook): string {
  const shown = look.quiet ? findings.filter(({ level }) => level !== 'ok') : findings
  const lines = topics.flatMap((topic) => {
    const here = shown.filter((finding) => finding.topic === topic)
    if (here.length === 0) return []
    return [paint(topic, 'bold', look.colour), ...here.flatMap((finding) => findingLines(finding, look))]
  })
  return [...lines, countLine(findings)].map((line) => `${line}\n`).join('')
}

/** One array, described in schemas/output.schema.json. */
export function findingsJson(findings: readonly Finding[], masks: readonly string[]): string {
  const sorted = topics.flatMap((topic) => findings.filter((finding) => finding.topic === topic))
  const keys = ['level', 'topic', 'code', 'message', 'where', 'hint'] as const
  const entries = sorted.map((finding) => Object.fromEntries(keys.map((key) => [key, finding[key]])))
  return `${sanitizeJson(entries, masks, 2)}\n`
}

const colours: Record<Finding['level'], Colour> = { ok: 'green', note: 'yellow', problem: 'red' }
const widest = 'problem'.length

function findingLines({ level, message, where, hint }: Finding, { colour, masks }: Look): string[] {
  const indent = ' '.repeat(2 + widest + 2)
  const gap = ' '.repeat(widest - level.length + 2)
  return [
    `  ${paint(level, colours[level], colour)}${gap}${sanitizeLine(message, masks)}`,
    ...(where === null ? [] : [paint(`${indent}${sanitizeLine(where, masks)}`, 'dim', colour)]),
    ...(hint === null ? [] : [`${indent}try: ${sanitizeLine(hint, masks)}`]),
  ]
}

function countLine(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length
  const [problems, notes] = [count('problem'), count('note')]
  const words = problems === 0 ? 'no problems' : counted(problems, 'problem')
  return notes === 0 ? words : `${words}, ${counted(notes, 'note')}`
}

/** `1 note`, `2 notes`. */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
