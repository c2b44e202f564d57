/** How far a program is on its way to being open, by what it says. */
import type { LogPolicy, Observed, ReadyCondition, Stage } from '../model.ts'
import { conditionInWords } from '../text/condition-words.ts'
import { formatEndpoint } from '../text/endpoint.ts'

/** The stage that a line begins; null: none. */
export function stageStartedBy(line: string, stages: readonly Stage[]): Stage | null {
  return stages.find(({ log }) => new RegExp(log).test(line)) ?? null
}

/** The host to look for from this machine, while its network may be what is missing; null: it is not. */
export function hostToReach(stage: Stage | null, { network }: LogPolicy): string | null {
  return stage === null || stage.network === true ? (network ?? null) : null
}

/** Lines that begin any of the stages. */
export function anyStage(stages: readonly Stage[]): RegExp {
  return new RegExp(stages.map(({ log }) => `(?:${log})`).join('|'))
}

/** What an opening tunnel still waits for, as far as it shows without asking; null: unknown. */
export function stillAwaited(
  { listener, record, process }: Observed,
  stage: Stage | null,
  shows: (condition: ReadyCondition) => boolean,
): string | null {
  if (process.kind !== 'running') return null
  if (stage !== null) return stage.awaits
  if (listener.kind === 'none') return `its listener on ${formatEndpoint(listener.endpoint)}`
  const condition = record.ready.conditions.find((one) => !shows(one))
  return condition === undefined ? null : conditionInWords(condition)
}
