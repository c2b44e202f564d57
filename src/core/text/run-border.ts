/** What p2p itself writes into a tunnel's log: a line before each run, and the output of hooks. */

export const runBorder = /^--- run of (?<at>\d{4}-\d\d-\d\dT[\d:.]+Z) ---$/

/** Its program did not say it: nothing is concluded from such a line. */
export const hookLine = /^\[\w+ hook\] /

export function formatHookLine(hook: string, line: string): string {
  return `[${hook} hook] ${line}`
}

export function formatRunBorder(at: string): string {
  return `--- run of ${at} ---`
}
