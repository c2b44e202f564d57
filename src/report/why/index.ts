/** What `p2p why` prints: one tunnel on one screen. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { paint, stateColours, type Colour, type WideLook } from '../text/paint.ts'
import { sanitizeJson, sanitizeLine } from '../text/sanitize.ts'
import { statusText } from '../lines.ts'
import { localTime, shortSpan } from '../text/time.ts'
import { meterFor, wrap } from '../text/width.ts'
import { whyEntry, type WhyEntry } from './entry.ts'
import type { WhyFacts } from './facts.ts'

export type { WhyFacts } from './facts.ts'

export function whyJson(facts: WhyFacts, masks: readonly string[]): string {
  return `${sanitizeJson(whyEntry(facts), masks, 2)}\n`
}

export async function whyText(facts: WhyFacts, { columns, colour, masks }: WideLook): Promise<string> {
  const entry = whyEntry(facts)
  const { lastLines, hints, restart } = entry
  const lines: Line[] = [
    ...headlines(facts, entry),
    blank,
    ...layerLines(entry),
    ...section('needs', needLines(entry)),
    ...section('last exits', exitLines(entry)),
    ...section('restart', [{ text: `  ${restart.policy ?? 'policy unknown'}: ${restart.prospects}` }]),
    ...section(
      'last output',
      lastLines.map((line) => ({ text: `  | ${line}`, colour: 'dim' })),
    ),
    ...section(
      'try',
      hints.map((hint) => ({ text: `  ${hint}` })),
    ),
  ]
  const texts = lines.map(({ text }) => sanitizeLine(text, masks))
  const meter = await meterFor(texts)
  return lines
    .flatMap(({ colour: own, indent = 4 }, index) => {
      const text = texts[index] ?? ''
      const shown = columns === null ? [text] : wrap(text, columns, indent, meter)
      return shown.map((line) => `${own === undefined ? line : paint(line, own, colour)}\n`)
    })
    .join('')
}

interface Line {
  text: string
  colour?: Colour
  /** Of the lines that a narrow terminal needs besides the first. */
  indent?: number
}

const blank: Line = { text: '' }

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [blank, { text: title, colour: 'bold' }, ...lines]
}

function headlines({ row, now }: WhyFacts, { tunnel }: WhyEntry): Line[] {
  const { name, driver, endpoints, target, project, config } = tunnel
  const standing = { 'in-sync': '', changed: ', changed since', orphan: ', no longer declared' }[config]
  const way = [...endpoints.slice(0, 1).map(formatEndpoint), target ?? 'unknown target'].join(' -> ')
  return [
    {
      text: `${name}  ${statusText(row.status, row.observed?.record ?? null, now)}`,
      colour: stateColours[row.status.state],
    },
    { text: `${driver ?? 'tunnel'} ${way}, project ${project}${standing}` },
  ]
}

function layerLines({ layers }: WhyEntry): Line[] {
  const width = Math.max(...layers.map(({ layer }) => layer.length))
  return layers.map(({ layer, ok, evidence }) => {
    const { mark, colour } = ok === null ? open : ok ? good : bad
    return { text: `${mark} ${layer.padEnd(width)}  ${evidence}`, colour, indent: width + 4 }
  })
}

/** The mark says the same without colour. */
const good = { mark: '+', colour: 'green' } as const
const bad = { mark: 'x', colour: 'red' } as const
const open = { mark: '-', colour: 'dim' } as const

function needLines({ needs }: WhyEntry): Line[] {
  const width = Math.max(0, ...needs.map(({ name }) => name.length))
  return needs.map(({ name, state, reason }) => {
    const mark = state === 'open' ? good : bad
    const words = reason === null ? state : `${state}: ${reason}`
    return { text: `${mark.mark} ${name.padEnd(width)}  ${words}`, colour: mark.colour }
  })
}

function exitLines({ exits }: WhyEntry): Line[] {
  return exits.map(({ at, reason, ranMs }) => ({
    text: `  ${localTime(Date.parse(at))}  ${reason}${ranMs === null ? '' : `, after ${shortSpan(ranMs)}`}`,
  }))
}
