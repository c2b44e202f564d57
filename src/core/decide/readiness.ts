/** What a tunnel needs to become open, and at which stage its program is. */
import type { ReadyCondition, Stage } from '../model.ts'
import { unreachable } from '../text/unreachable.ts'

/** A noun phrase: `its listener`. */
export function conditionInWords(condition: ReadyCondition): string {
  switch (condition.kind) {
    case 'listen':
      return 'its listener'
    case 'log':
      return condition.means ?? `output that matches ${condition.pattern}`
    case 'alive':
      return `${condition.ms} ms of uptime`
    case 'banner':
      return `a greeting through the tunnel that matches ${condition.pattern}`
    case 'http':
      return `an answer through the tunnel to GET ${condition.path}`
    case 'command':
      return `success of ${condition.argv[0] ?? 'its ready command'}`
    default:
      return unreachable(condition)
  }
}

export function stageStartedBy(line: string, stages: readonly Stage[]): Stage | null {
  return stages.find(({ log }) => new RegExp(log).test(line)) ?? null
}

/** Matches lines that start any of the stages. */
export function anyStage(stages: readonly Stage[]): RegExp {
  return new RegExp(stages.map(({ log }) => `(?:${log})`).join('|'))
}
