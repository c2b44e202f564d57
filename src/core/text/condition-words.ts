import type { ReadyCondition } from '../model.ts'
import { unreachable } from './unreachable.ts'

/** What must be there for a tunnel to be open, as the object of a sentence: `its listener`. */
export function conditionInWords(condition: ReadyCondition): string {
  switch (condition.kind) {
    case 'listen':
      return 'its listener'
    case 'log':
      return condition.means ?? `output that matches ${condition.pattern}`
    case 'alive':
      return `being alive for ${condition.ms} ms`
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
