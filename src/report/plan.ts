/** What `--dry-run` prints: one sign for each tunnel, with what changes. */
import { changeInWords, changesBetween, type Change } from '../core/decide/drift.ts'
import type { Action, Plan } from '../core/plan.ts'
import { formatNote } from './lines.ts'
import { paint, type Colour, type Look } from './text/paint.ts'
import { sanitizeJson, sanitizeLine } from './text/sanitize.ts'

type Deed = 'open' | 'reopen' | 'close' | 'keep' | 'refuse' | 'nothing'

interface PlannedTunnel {
  name: string
  action: Deed
  cause: string
  changes: Change[]
  /** Tunnels that have their turn before it. */
  after: string[]
}

const deeds: Record<Deed, { sign: string; colour: Colour; total: string | null }> = {
  open: { sign: '+', colour: 'green', total: 'to open' },
  reopen: { sign: '~', colour: 'yellow', total: 'to reopen' },
  close: { sign: '-', colour: 'red', total: 'to close' },
  keep: { sign: '=', colour: 'dim', total: 'kept' },
  refuse: { sign: '!', colour: 'red', total: 'refused' },
  nothing: { sign: '=', colour: 'dim', total: null },
}

/** More lines of what does not change would hide what does. */
const mostKept = 10

export function planText(plan: Plan, look: Look): string {
  const tunnels = plannedTunnels(plan)
  const width = Math.max(0, ...tunnels.map(({ name }) => name.length))
  const kept = tunnels.filter(({ action }) => deeds[action].sign === '=')
  const shown = kept.length > mostKept ? tunnels.filter((tunnel) => !kept.includes(tunnel)) : tunnels
  const lines = shown.map((tunnel) => linesOf(tunnel, width, look))
  if (shown.length < tunnels.length) lines.push(paint(`= ${kept.length} stay as they are`, 'dim', look.colour))
  lines.push(totalsOf(tunnels), ...plan.notices.map((notice) => formatNote(notice, look)))
  return lines.map((line) => `${line}\n`).join('')
}

/** One line, so that those of several projects are a stream. Described in schemas/output.schema.json. */
export function planJson(project: string, plan: Plan, masks: readonly string[]): string {
  const tunnels = plannedTunnels(plan)
  const totals = Object.fromEntries(
    (Object.keys(deeds) as Deed[]).map((deed) => [deed, tunnels.filter(({ action }) => action === deed).length]),
  )
  return `${sanitizeJson({ project, tunnels, totals, notices: plan.notices }, masks)}\n`
}

function plannedTunnels({ actions }: Plan): PlannedTunnel[] {
  const names = [...new Set(actions.map(({ name }) => name))]
  return names.map((name) => {
    const own = actions.filter((action) => action.name === name)
    const after = own.flatMap((action) => action.after.map((index) => actions[index]?.name ?? name))
    return { name, ...whatBecomes(own), after: [...new Set(after)].filter((other) => other !== name) }
  })
}

/** Of one tunnel's actions. */
function whatBecomes(own: readonly Action[]): Pick<PlannedTunnel, 'action' | 'cause' | 'changes'> {
  const stop = own.find((action) => action.do === 'stop')
  const start = own.find((action) => action.do === 'start')
  const cause = (stop ?? start ?? own[0])?.cause ?? ''
  if (stop !== undefined && start !== undefined)
    return { action: 'reopen', cause, changes: changesBetween(stop.spec, start.spec) }
  if (stop !== undefined) return { action: 'close', cause, changes: [] }
  if (start !== undefined) return { action: 'open', cause, changes: [] }
  const idle = own[0]?.do
  return { action: idle === 'keep' || idle === 'refuse' ? idle : 'nothing', cause, changes: [] }
}

function linesOf({ name, action, cause, changes, after }: PlannedTunnel, width: number, look: Look): string {
  const { sign, colour } = deeds[action]
  const all = changes.map(changeInWords)
  // The cause of a changed tunnel is the first of its changes.
  const words = all.some((change) => cause.startsWith(change)) ? all : [cause, ...all]
  const turn = after.length === 0 ? '' : `  (after ${after.join(', ')})`
  const [first = '', ...more] = words.map((word) => sanitizeLine(word, look.masks))
  return [`${paint(`${sign} ${name.padEnd(width)}`, colour, look.colour)}  ${first}${turn}`, ...more]
    .map((line, index) => (index === 0 ? line : `${' '.repeat(width + 4)}${line}`))
    .join('\n')
}

function totalsOf(tunnels: readonly PlannedTunnel[]): string {
  const counts = (Object.entries(deeds) as [Deed, (typeof deeds)[Deed]][]).flatMap(([deed, { total }]) => {
    const count = tunnels.filter(({ action }) => action === deed).length
    return count === 0 || total === null ? [] : [`${count} ${total}`]
  })
  return counts.length === 0 ? 'nothing to do' : counts.join(', ')
}
