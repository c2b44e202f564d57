/** The exit status of `up`, `down` and `restart`. */
import type { ApplyResult, TunnelEvent } from '../events.ts'
import { unreachable } from '../text/unreachable.ts'

/** 0: all as asked, 1: at least one tunnel is not, 130: interrupted. `waited`: a tunnel still opening counts as not as asked. */
export function exitStatusOfResult(outcomes: ApplyResult, waited: boolean): number {
  if (outcomes.interrupted) return 130
  return [...outcomes.tunnels.values()].every((event) => isAsAsked(event, waited)) ? 0 : 1
}

function isAsAsked(event: TunnelEvent, waited: boolean): boolean {
  switch (event.type) {
    case 'open':
    case 'stopped':
    case 'nothing':
      return true
    case 'kept':
      return event.open || !waited
    case 'left':
    case 'launched':
    case 'waiting':
    case 'starting':
      return !waited
    case 'failed':
    case 'skipped':
    case 'survived':
    case 'stopping':
    case 'exited':
    case 'health':
    case 'retrying':
      return false
    default:
      return unreachable(event)
  }
}
