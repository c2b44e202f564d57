/** Exit statuses as shells report them: 128 + signal number. Numbers of Linux and macOS. */
const names: Record<number, string> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  5: 'TRAP',
  6: 'ABRT',
  7: 'BUS',
  8: 'FPE',
  9: 'KILL',
  10: 'USR1',
  11: 'SEGV',
  12: 'USR2',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
  24: 'XCPU',
  25: 'XFSZ',
}

/** The highest on any system (Linux: SIGRTMAX); a status beyond is the program's own, like ssh's 255. */
const highestSignal = 64

export function readStatus(status: number): { exitCode: number; signal: null } | { exitCode: null; signal: string } {
  if (status <= 128 || status > 128 + highestSignal) return { exitCode: status, signal: null }
  return { exitCode: null, signal: names[status - 128] ?? String(status - 128) }
}
