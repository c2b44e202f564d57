/** Why a tunnel is as it is, as `why --json` prints it; schemas/output.schema.json describes it. */
import { describeDrift } from '../../core/decide/drift.ts'
import type { State } from '../../core/model.ts'
import { psEntry, type PsEntry } from '../ps/entry.ts'
import { exitsOf, type Exit } from './exits.ts'
import type { WhyFacts } from './facts.ts'
import { layersOf, type Layer } from './layers.ts'
import { policyInWords, prospects } from './restart.ts'
import { relevantLines } from './said.ts'

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
