/** How far a program is on its way to being open, by what it says. */
import type { LogPolicy, Stage } from '../model.ts'

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
