/** Limits how many tunnels may be opening through one gate at a time. */
import type { TunnelSpec } from '../model.ts'

/** Those of `ready`, in their order, that may start while others are opening. */
export function withinLimits<T extends Pick<TunnelSpec, 'gate'>>(ready: readonly T[], opening: readonly T[]): T[] {
  const passing = new Map<string, number>()
  const enters = ({ gate }: T): boolean => {
    if (gate === undefined) return true
    const count = passing.get(gate.name) ?? 0
    if (count >= gate.width) return false
    passing.set(gate.name, count + 1)
    return true
  }
  opening.forEach(enters)
  return ready.filter(enters)
}
