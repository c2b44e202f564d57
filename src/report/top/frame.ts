/** One screen of `p2p top`, from what was seen to text: as many lines as the terminal has. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { states, type Row, type State } from '../../core/model.ts'
import { statusText } from '../lines.ts'
import { psEntry } from '../ps/entry.ts'
import { paint, stateColours, type Colour, type WideLook } from '../text/paint.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { drawTable, type Column } from '../text/table.ts'
import { shortSpan, wholeSpan } from '../text/time.ts'
import { shortSize } from '../text/traffic.ts'
import { cut, fullMeter, type Meter } from '../text/width.ts'
import { sparkline, type Flow } from './rates.ts'

export interface TopView {
  project: string
  /** Those that pass the filter, in the order of `ps`. */
  rows: readonly Row[]
  /** Of all tunnels, how many are in each state. */
  counts: ReadonlyMap<State, number>
  flowOf: (name: string) => Flow
  selected: string | null
  /** `typing`: its end has a cursor. */
  filter: { text: string; typing: boolean }
  /** Beneath the tunnels. `end`: of more lines than fit, the last ones are shown. Its lines may have colours, and fit the width. */
  pane: { title: string; lines: readonly string[]; end: boolean } | null
  message: { text: string; tone: 'good' | 'bad' | 'busy' } | null
  /** Since connections were counted; 0: just now. */
  connectionsAgeMs: number
  now: number
}

/** @returns lines, each with its end; none is wider than the terminal. */
export async function topFrame(view: TopView, look: WideLook & { rows: number }): Promise<string> {
  const columns = look.columns ?? 80
  const meter = await fullMeter()
  const line = (text: string, colour?: Colour): string => {
    const shown = cut(sanitizeLine(text, look.masks), columns, meter)
    return colour === undefined ? shown : paint(shown, colour, look.colour)
  }
  // A low terminal shows tunnels rather than help, and the selected one in any case.
  const bare = look.rows < 6
  const room = Math.max(1, look.rows - (bare ? 1 : 4))
  const paneRoom = view.pane === null || bare ? 0 : room - Math.min(view.rows.length, Math.max(3, Math.floor(room / 3)))
  const window = visibleRows(view, room - paneRoom)
  const table = await tunnelLines(view, window, { ...look, columns })
  const pane = view.pane === null || paneRoom === 0 ? [] : paneLines(view.pane, paneRoom, line)
  const body = [...table.slice(1), ...Array<string>(room - paneRoom - window.shown.length).fill(''), ...pane]
  const bottom = [line(...bottomLine(view))]
  const lines = bare
    ? [...body, ...(look.rows > 1 ? bottom : [])]
    : [line(headline(view, window), 'bold'), table[0] ?? '', ...body, ...bottom, line(keyWords(columns, meter), 'dim')]
  return lines.map((text) => `${text}\n`).join('')
}

interface Window {
  shown: readonly Row[]
  first: number
}

/** The selected one is among them, in the middle where there are more on both sides. */
function visibleRows({ rows, selected }: TopView, room: number): Window {
  const at = rows.findIndex(({ name }) => name === selected)
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), rows.length - room))
  return { shown: rows.slice(first, first + room), first }
}

function headline({ project, rows, counts, filter }: TopView, { shown, first }: Window): string {
  const inStates = states
    .flatMap((state) => (counts.has(state) ? [`${counts.get(state) ?? 0} ${state}`] : []))
    .join(', ')
  const part = shown.length < rows.length ? `  ${first + 1}-${first + shown.length} of ${rows.length}` : ''
  const typed = filter.text === '' || filter.typing ? '' : `  /${filter.text}`
  return `p2p top  ${project}  ${inStates === '' ? 'no tunnels' : inStates}${part}${typed}`
}

/** The heading first. */
async function tunnelLines(view: TopView, { shown }: Window, look: WideLook & { columns: number }): Promise<string[]> {
  const { now, selected, flowOf, connectionsAgeMs } = view
  const graph = look.columns >= 60 ? 6 : 0
  const entries = shown.map((row) => ({ row, entry: psEntry(row, now), flow: flowOf(row.name) }))
  const column = (title: string, cell: (one: (typeof entries)[number]) => string | null, more?: Partial<Column>) => ({
    title,
    cells: entries.map((one) => sanitizeLine(cell(one) ?? '', look.masks) || '-'),
    ...more,
  })
  const byState = (text: string, index: number): string => {
    const state = shown[index]?.status.state
    return state === undefined ? text : paint(text, stateColours[state], look.colour)
  }
  const rate = (rates: Flow['in'], mark = ''): string | null => {
    const last = rates.at(-1) ?? null
    if (last === null) return null
    const figure = `${mark}${shortSize(last)}`
    return graph === 0 ? figure : `${figure.padEnd(6)} ${sparkline(rates, graph)}`
  }
  const age = connectionsAgeMs === 0 ? '' : ` (${wholeSpan(connectionsAgeMs)})`
  return await drawTable(
    [
      column('  NAME', ({ row: { name } }) => `${name === selected ? '>' : ' '} ${name}`, {
        least: 12,
        ample: 18,
        keep: 1,
        paint: (text, index) => (shown[index]?.name === selected ? paint(text, 'bold', look.colour) : text),
      }),
      column('STATUS', ({ row }) => statusText(row.status, row.observed?.record ?? null, now), {
        least: 6,
        ample: 8,
        paint: byState,
      }),
      column('CONNS', ({ entry: { connections } }) => (connections === null ? null : `${connections}${age}`), {
        drop: 4,
      }),
      column('IN/S', ({ flow }) => rate(flow.in) ?? rate(flow.both, '~')),
      column('OUT/S', ({ flow }) => rate(flow.out) ?? (rate(flow.both) === null ? null : 'in+out')),
      column('RTT', ({ entry: { roundTripMs } }) => (roundTripMs === null ? null : shortSpan(roundTripMs)), {
        drop: 3,
      }),
      column('RESTARTS', ({ entry: { restarts } }) => restarts.toString(), { drop: 1 }),
      column('UPTIME', ({ entry }) => (entry.uptimeSeconds === null ? null : wholeSpan(entry.uptimeSeconds * 1000)), {
        drop: 2,
      }),
    ],
    look.columns,
  )
}

function paneLines(
  { title, lines, end }: NonNullable<TopView['pane']>,
  room: number,
  line: (text: string, colour?: Colour) => string,
): string[] {
  const left = room - 1
  const more = lines.length - left
  const shown =
    more <= 0 ? lines : end ? lines.slice(-left) : [...lines.slice(0, left - 1), `... and ${more + 1} more lines`]
  return [line(`-- ${title} --`, 'bold'), ...shown, ...Array<string>(left - shown.length).fill('')]
}

/** What is asked or was said, else the selected tunnel with what its row may have cut. */
function bottomLine({ rows, selected, filter, message, now }: TopView): [text: string, colour?: Colour] {
  if (filter.typing) return [`/${filter.text}_  (Enter keeps it, Esc clears it)`]
  if (message !== null) return [message.text, { good: 'green', bad: 'red', busy: 'yellow' }[message.tone] as Colour]
  const row = rows.find(({ name }) => name === selected)
  if (row === undefined) return [filter.text === '' ? '' : `no tunnel matches /${filter.text}`]
  const { endpoints, target } = psEntry(row, now)
  const way = [...endpoints.slice(0, 1).map(formatEndpoint), ...(target === null ? [] : [target])].join(' -> ')
  return [`${row.name}  ${statusText(row.status, row.observed?.record ?? null, now)}  ${way}`]
}

/** As many as fit; the last ones are needed most. */
function keyWords(columns: number, meter: Meter): string {
  const words = Object.entries(keys).map(([key, word]) => `${key} ${word}`)
  const drop = [...words]
  while (meter(drop.join('  ')) > columns && drop.length > 1) drop.splice(-3, 1)
  return drop.join('  ')
}

const keys = { u: 'up', d: 'down', r: 'restart', o: 'open', l: 'logs', w: 'why', '/': 'filter', '?': 'help', q: 'quit' }
