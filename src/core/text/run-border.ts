/** The line that p2p writes into a tunnel's log before each run. */

export const runBorder = /^--- run of (?<at>\d{4}-\d\d-\d\dT[\d:.]+Z) ---$/

export function formatRunBorder(at: string): string {
  return `--- run of ${at} ---`
}
