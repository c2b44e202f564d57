/** What the exit status of p2p means; the codes of P2pError (core/errors.ts) map to these. */
export const exitStatuses: readonly (readonly [string, string])[] = [
  ['0', 'done, also when there was nothing to do'],
  ['1', 'at least one tunnel did not reach what was asked'],
  ['2', 'unknown flag, command or tunnel name'],
  ['3', 'ps --check: not all wanted tunnels are open'],
  ['4', 'the project file is invalid or missing'],
  ['5', 'another p2p works on the project (--lock-timeout)'],
  ['6', 'what p2p itself needs is missing or not permitted'],
  ['10', 'up --dry-run --exit-code: changes are pending'],
  ['70', 'a bug in p2p'],
  ['124', 'wait ran out of time'],
  ['130, 143', 'interrupted'],
]

export const bugStatus = 70
