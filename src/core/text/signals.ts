/** Exit statuses as shells report them: 128 + signal number. Numbers of Linux and macOS. */
const names = new Map([
  ...'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM'.split(' ').entries(),
  [23, 'XCPU'],
  [24, 'XFSZ'],
])

/** The highest on any system (Linux: SIGRTMAX); a status beyond is the program's own, like ssh's 255. */
const highestSignal = 64

export function readStatus(status: number): { exitCode: number; signal: null } | { exitCode: null; signal: string } {
  if (status <= 128 || status > 128 + highestSignal) return { exitCode: status, signal: null }
  return { exitCode: null, signal: names.get(status - 129) ?? String(status - 128) }
}

/** The status of a program that a signal (`SIGTERM`) ended; 128 alone for one that has another number on each system. */
export function statusOfSignal(signal: string): number {
  const found = [...names].find(([, name]) => `SIG${name}` === signal)
  return found === undefined ? 128 : found[0] + 129
}
