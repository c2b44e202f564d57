/** Why a tunnel is as it is, as `why --json` prints it; schemas/output.schema.json describes it. */
import { describeDrift } from '../../core/decide/drift.ts'
import type { State } from '../../core/model.ts'
import { psEntry, type PsEntry } from '../ps/entry.ts'
import { exitsOf, type Exit } from './exits.ts'
import type { WhyFacts } from './facts.ts'
import { layersOf, type Layer } from './layers.ts'
import { policyInWords, prospects } from './restart.ts'

export interface WhyEntry {
  tunnel: PsEntry
  layers: Layer[]
  needs: { name: string; condition: 'open' | 'healthy'; state: State; reason: string | null }[]
  /** The last ends, newest last. */
  exits: Exit[]
  restart: {
    /** As written in the file: `on-failure:3`; null: not known. */
    policy: string | null
    /** Tries in a row. */
    tries: number
    prospects: string
  }
  /** The last lines of its output, those that differ only in numbers once. */
  lastLines: string[]
  /** What to do, most urgent first. */
  hints: string[]
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

function hintsOf({ row, wanted, supervisor, spec, stage }: WhyFacts): string[] {
  const { name, status, config, observed } = row
  const running = observed?.process.kind === 'gone' ? null : observed
  const hints: string[] = []
  if (status.hint !== null && status.hint !== 'p2p why tells more') hints.push(status.hint)
  if (status.state === 'closed' && config !== 'orphan' && hints.length === 0) hints.push(`p2p up ${name} opens it`)
  if (stage !== null) hints.push(stage.hint)
  if (status.state === 'opening') hints.push(`p2p logs -f ${name} shows its progress`)
  if (config === 'orphan' && running !== null) hints.push(`p2p.yaml no longer declares it: p2p down ${name} closes it`)
  if (config === 'changed' && row.spec !== null && running !== null) {
    hints.push(`p2p up ${name} applies what changed: ${describeDrift(running.launched, row.spec)}`)
  }
  if (supervisor?.suspended === true) hints.push(`kill -CONT ${supervisor.pid} resumes the supervisor`)
  if (wanted && supervisor === null && spec !== null && spec.restart.when !== 'no') {
    hints.push('p2p up starts the supervisor again')
  }
  return hints
}

/**
 * The last `count` lines, where of lines that differ only in numbers (a counter, a time, a rate) the last one stands for
 * all: a program that reports its status every second would leave room for nothing else.
 */
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
