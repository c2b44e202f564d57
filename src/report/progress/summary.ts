/** What `up`, `down` and `restart` say at their end: one line for each tunnel, what went wrong, and what to do next. */
import { shellWord } from '../../core/text/shell-word.ts'
import type { Globals } from '../../core/context.ts'
import { mayStillOpen } from '../../core/decide/future.ts'
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { isUnopened, retriesEnded, type ApplyResult, type TunnelEvent } from '../../core/events.ts'
import { describeEvent, isLeft, nextInWords, signOf, toneOf } from './events.ts'
import { formatNote } from '../lines.ts'
import { paint, type Colour, type WideLook } from '../text/paint.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { drawTable } from '../text/table.ts'
import { shortSpan } from '../text/time.ts'

/** `run`: opens and closes around a command, whose output is what counts. */
export type Verb = 'up' | 'down' | 'restart' | 'run' | 'open'

interface Ended {
  verb: Verb
  outcomes: ApplyResult
  notices: readonly string[]
}

export interface SummaryLook extends WideLook {
  /** Only what went wrong. */
  quiet: boolean
  /** Each event was printed on a line of its own: what closed or is still opening is not repeated. */
  told: boolean
  now: number
  /** For the command that closes these tunnels. */
  globals: Pick<Globals, 'files' | 'projectName'>
}

/** Open tunnels as a table, then the others, problems last: nearest to the prompt. */
export async function formatSummary({ verb, outcomes, notices }: Ended, look: SummaryLook): Promise<string> {
  const events = [...outcomes.tunnels.values()]
  const problems = events.filter((event) => toneOf(event) === 'bad')
  const names = Math.max(0, ...events.map(({ name }) => name.length))
  const lines: string[] = []
  const quiet = look.quiet || verb === 'run' || verb === 'open'
  if (!quiet) {
    lines.push(...(await openTable(events.filter(hasEndpoints), names, look)))
    for (const event of events) {
      const said = hasEndpoints(event) || problems.includes(event) || (look.told && event.type !== 'nothing')
      if (!said) lines.push(headline(event, names, look))
    }
  }
  for (const event of events) lines.push(...warnings(event, names, look))
  for (const event of problems) lines.push(headline(event, names, look), ...details(event, names, look))
  if (!quiet) {
    lines.push(...notices.map((notice) => formatNote(notice, look)))
    if (outcomes.interrupted) lines.push('interrupted: what is open stays open')
    lines.push(lastLine(verb, events, look.globals))
  }
  return lines.map((line) => `${line}\n`).join('')
}

type WithEndpoints = Extract<TunnelEvent, { type: 'open' | 'kept' }>

function hasEndpoints(event: TunnelEvent): event is WithEndpoints {
  return event.type === 'open' || event.type === 'kept'
}

async function openTable(events: readonly WithEndpoints[], names: number, look: SummaryLook): Promise<string[]> {
  if (events.length === 0) return []
  const cells = (cell: (event: WithEndpoints) => string): string[] =>
    events.map((event) => sanitizeLine(cell(event), look.masks))
  const columns = [
    {
      cells: cells((event) => `${signOf(event).mark} ${event.name.padEnd(names)}`),
      paint: (text: string, row: number) => {
        const event = events[row]
        return event === undefined ? text : paint(text, colourOf(event), look.colour)
      },
    },
    { cells: cells(({ endpoints: [first] }) => (first === undefined ? '-' : formatEndpoint(first))) },
    { cells: cells(({ target }) => `-> ${target}`), drop: 2 },
    { cells: cells(({ pid }) => (pid === null ? '' : `PID ${pid}`)) },
    {
      cells: cells((event) => (event.type === 'open' ? `open after ${shortSpan(event.ms)}` : event.cause)),
      drop: 1,
    },
  ]
  return await drawTable(columns, look.columns)
}

function headline(event: TunnelEvent, names: number, look: SummaryLook): string {
  const words = event.type === 'failed' || event.type === 'survived' ? event.problem.reason : describeEvent(event)
  const text = `${signOf(event).mark} ${event.name.padEnd(names)}  ${sanitizeLine(words, look.masks)}`
  return paint(text, colourOf(event), look.colour)
}

function warnings(event: TunnelEvent, names: number, { masks, colour }: SummaryLook): string[] {
  const said = hasEndpoints(event) ? (event.warnings ?? []) : []
  return said.map((words) => paint(`! ${event.name.padEnd(names)}  ${sanitizeLine(words, masks)}`, 'yellow', colour))
}

/** What to try, and the last output of the program; the rest is in its log. */
function details(event: TunnelEvent, names: number, { masks, colour, now }: SummaryLook): string[] {
  // What a skipped tunnel depends on is in its headline.
  const isSaid = !isUnopened(event) || isLeft(event) || (event.type === 'skipped' && typeof event.next?.on === 'string')
  const coming = isSaid ? null : nextInWords(event.next, now)
  const hint = event.type === 'failed' || event.type === 'survived' ? event.problem.hint : null
  const said = event.type === 'failed' ? event.lastLines.filter((line) => line.trim() !== '').slice(-mostOutput) : []
  const indent = ' '.repeat(names + 4)
  return [
    ...(coming === null ? [] : [`${indent}${coming}`]),
    ...(hint === null ? [] : [`${indent}try: ${sanitizeLine(hint, masks)}`]),
    ...said.map((line) => paint(`${indent}| ${sanitizeLine(line, masks)}`, 'dim', colour)),
  ]
}

const mostOutput = 4

function colourOf(event: TunnelEvent): Colour {
  if (event.type === 'skipped') return 'yellow'
  const colours = { good: 'green', bad: 'red', idle: 'dim', busy: 'yellow' } as const
  return colours[toneOf(event)]
}

function lastLine(verb: Verb, events: readonly TunnelEvent[], globals: SummaryLook['globals']): string {
  if (events.length === 0) return verb === 'down' ? 'nothing to close' : 'no tunnels to open'
  const counts = countWords(events)
  const idle = events.every(
    (event) => (event.type === 'nothing' && event.cause !== retriesEnded) || (event.type === 'kept' && event.open),
  )
  const total = (idle ? [verb === 'down' ? 'nothing to close' : 'nothing to do', ...counts] : counts).join(', ')
  const awaited = events.filter((event) => isUnopened(event) && mayStillOpen(event.next))
  const there = events.filter((event) => event.type === 'left' || awaited.includes(event) || hasEndpoints(event))
  const [only] = there
  if (verb === 'down' || only === undefined) return total
  const p2p = ['p2p', ...projectFlags(globals)].join(' ')
  const names = awaited.map(({ name }) => name).join(' ')
  const waiting =
    awaited.length === 0 ? '' : `; wait for ${awaited.length === 1 ? 'it' : 'them'} with: ${p2p} wait ${names}`
  const closing = [p2p, 'down', ...(there.length === 1 ? [only.name] : [])].join(' ')
  return `${total}${waiting}; close ${there.length === 1 ? 'it' : 'them'} with: ${closing}`
}

function countWords(events: readonly TunnelEvent[]): string[] {
  const count = (test: (event: TunnelEvent) => boolean): number => events.filter(test).length
  const counts: [number, string][] = [
    [count((event) => event.type === 'open'), 'opened'],
    [count((event) => event.type === 'kept' && event.open), 'already open'],
    [count((event) => event.type === 'left' || (event.type === 'kept' && !event.open)), 'still opening'],
    [count((event) => event.type === 'stopped'), 'closed'],
    [count((event) => event.type === 'failed'), 'failed'],
    [count((event) => event.type === 'survived'), 'not closed'],
    [count((event) => event.type === 'nothing' && event.cause === retriesEnded), 'no longer retried'],
    [count((event) => event.type === 'skipped'), 'not started'],
  ]
  return counts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`)
}

function projectFlags({ files, projectName }: SummaryLook['globals']): string[] {
  const flags = files.filter((file) => file !== '-').flatMap((file) => ['-f', shellWord(file)])
  return projectName === null ? flags : [...flags, '-p', shellWord(projectName)]
}
