/** Signal numbers as shells report them (status = 128 + number); the numbers that Linux and macOS share, plus each one's own. */
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

/** No system has a higher one (Linux: SIGRTMAX is 64); a status beyond is the program's own, like ssh's 255. */
const highestSignal = 64

/** How a program ended, from the status a shell gives: exactly one of both is set. */
export function readStatus(status: number): { exitCode: number; signal: null } | { exitCode: null; signal: string } {
  if (status <= 128 || status > 128 + highestSignal) return { exitCode: status, signal: null }
  return { exitCode: null, signal: names[status - 128] ?? String(status - 128) }
}
