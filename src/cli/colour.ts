/** Whether a stream gets colour. */
import type { Environment } from '../core/context.ts'

/**
 * The flag beats FORCE_COLOR (which other programs understand as well), that beats NO_COLOR (no-color.org: set and not
 * empty), that beats the terminal.
 */
export function wantsColour({ isTTY }: { isTTY: boolean }, noColorFlag: boolean, env: Environment): boolean {
  if (noColorFlag) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  return isTTY && env['TERM'] !== 'dumb'
}
