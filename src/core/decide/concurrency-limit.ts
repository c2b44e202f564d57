/** How many tunnels may be on their way through one gate at the same time. */
import type { TunnelSpec } from '../model.ts'

/** Those of `ready`, in their order, that may set out while others are on their way. */
export function withinLimits<T extends Pick<TunnelSpec, 'gate'>>(ready: readonly T[], onTheirWay: readonly T[]): T[] {
  const passing = new Map<string, number>()
  const enters = ({ gate }: T): boolean => {
    if (gate === undefined) return true
    const count = passing.get(gate.name) ?? 0
    if (count >= gate.width) return false
    passing.set(gate.name, count + 1)
    return true
  }
  onTheirWay.forEach(enters)
  return ready.filter(enters)
}
