/** Why a tunnel is as it is, as `why --json` prints it; schemas/output.schema.json describes it. */
import { describeDrift } from '../../core/decide/drift.ts'
import { exitEvent } from '../../core/decide/exit-event.ts'
import type { StoredEvent } from '../../core/events.ts'
import type { State } from '../../core/model.ts'
import { psEntry, type PsEntry } from '../ps/entry.ts'
import { timestamp } from '../text/time.ts'
import type { WhyFacts } from './facts.ts'
import { layersOf, type Layer } from './layers.ts'
import { policyInWords, prospects } from './restart.ts'

export interface WhyEntry {
  tunnel: PsEntry
  layers: Layer[]
  needs: { name: string; condition: 'open' | 'healthy'; state: State; reason: string | null }[]
  /** Newest last. */
  exits: Exit[]
  restart: {
    /** As in the file: `on-failure:3`; null: unknown. */
    policy: string | null
    /** Tries in a row. */
    tries: number
    prospects: string
  }
  lastLines: string[]
  /** Most urgent first. */
  hints: string[]
}

interface Exit {
  at: string
  reason: string
  code: string
  /** Null: it did not run, or unknown. */
  ranMs: number | null
}

const mostLines = 6

export function whyEntry(facts: WhyFacts): WhyEntry {
  const { row, rows, spec, now } = facts
  return {
    tunnel: psEntry(row, now),
    layers: layersOf(facts),
    needs: (spec?.needs ?? []).map(({ name, condition }) => {
      const status = rows.find((other) => other.name === name)?.status
      return { name, condition, state: status?.state ?? 'closed', reason: status?.reason ?? null }
    }),
    exits: exitsOf(facts),
    restart: {
      policy: spec === null ? null : policyInWords(spec.restart),
      tries: row.observed?.record.tries ?? 0,
      prospects: prospects(facts),
    },
    lastLines: relevantLines(facts.said, mostLines),
    hints: hintsOf(facts),
  }
}

const mostExits = 5

/** The last exits, newest last: those on record, and the present one where it is not recorded yet. */
function exitsOf({ history, row: { observed }, world, now }: WhyFacts): Exit[] {
  const told = new Set(history.flatMap((event) => (endOf(event) === null ? [] : [event.attempt])))
  const present = observed === null ? null : exitEvent(observed, world.bootId, now)
  const events = present === null || told.has(present.attempt) ? history : [...history, present]
  const launches = new Map(events.flatMap(({ type, attempt, at }) => (type === 'launched' ? [[attempt, at]] : [])))
  // The event of its launch may be gone with the oldest ones.
  if (present !== null && observed !== null && !launches.has(present.attempt)) {
    launches.set(present.attempt, observed.record.startedAt)
  }
  const exits = events.flatMap((event): Exit[] => {
    const end = endOf(event)
    if (end === null) return []
    const launchedAt = launches.get(event.attempt)
    const ranMs = launchedAt === undefined ? null : Math.max(0, event.at - launchedAt)
    return [{ at: timestamp(event.at), ...end, ranMs }]
  })
  return exits.slice(-mostExits)
}

function endOf(event: StoredEvent): { reason: string; code: string } | null {
  if (event.type === 'exited') return { reason: event.reason, code: event.code }
  if (event.type === 'failed') return { reason: event.problem.reason, code: event.problem.code }
  return null
}

function hintsOf({ row, wanted, supervisor, spec, stage }: WhyFacts): string[] {
  const { name, status, config, observed } = row
  const running = observed?.process.kind === 'gone' ? null : observed
  const hints: string[] = []
  // Otherwise the hint of a failed healthcheck is to run p2p why.
  const says = status.code !== 'health.failed' || observed?.record.sickBehind !== undefined
  if (status.hint !== null && says) hints.push(status.hint)
  if (status.state === 'closed' && config !== 'orphan' && hints.length === 0) hints.push(`p2p up ${name} opens it`)
  if (stage !== null) hints.push(stage.hint)
  if (status.state === 'opening') hints.push(`p2p logs -f ${name} shows its progress`)
  if (config === 'orphan' && running !== null) hints.push(`p2p.yaml no longer declares it: p2p down ${name} closes it`)
  if (config === 'changed' && row.spec !== null && running !== null) {
    hints.push(`p2p up ${name} applies what changed: ${describeDrift(running.launched, row.spec)}`)
  }
  if (supervisor?.suspended === true) hints.push(`kill -CONT ${supervisor.pid} resumes the supervisor`)
  if (supervisor !== null && supervisor.unfit !== null)
    hints.push('p2p up replaces the supervisor; the tunnels stay open')
  if (wanted && supervisor === null && spec !== null && spec.restart.when !== 'no') {
    hints.push('p2p up starts the supervisor again')
  }
  return hints
}

/** The last `count` lines. Of lines that differ only in numbers, such as a status every second, only the last is kept. */
export function relevantLines(lines: readonly string[], count: number): string[] {
  const chosen: string[] = []
  const shapes = new Set<string>()
  for (const line of [...lines].reverse()) {
    const shape = line.replace(/0x[0-9a-f]+|[0-9a-f]*[0-9][0-9a-f]*/gi, '#').trim()
    if (shape === '' || shapes.has(shape)) continue
    shapes.add(shape)
    chosen.unshift(line)
    if (chosen.length === count) break
  }
  return chosen
}
