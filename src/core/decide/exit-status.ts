/** The exit status of `up`, `down` and `restart`. */
import type { ApplyResult, TunnelEvent } from '../events.ts'

/** 0: all as asked, 1: at least one tunnel is not, 130: interrupted. `waited`: a tunnel still opening counts as not as asked. */
export function exitStatusOfResult(outcomes: ApplyResult, waited: boolean): number {
  if (outcomes.interrupted) return 130
  return [...outcomes.tunnels.values()].every((event) => isAsAsked(event, waited)) ? 0 : 1
}

const done: ReadonlySet<TunnelEvent['type']> = new Set(['open', 'stopped', 'nothing'])
const onItsWay: ReadonlySet<TunnelEvent['type']> = new Set(['left', 'launched', 'waiting', 'starting'])

function isAsAsked(event: TunnelEvent, waited: boolean): boolean {
  const isThere = event.type === 'kept' ? event.open : done.has(event.type)
  return isThere || (!waited && (event.type === 'kept' || onItsWay.has(event.type)))
}
