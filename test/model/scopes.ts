// How large the worlds are that are explored. Each is seen whole: every order of every step within its bounds.
import type { Mishap, Mistake, Rules } from './rules.ts'

const processes: Mishap[] = [
  ...(['launcher killed', 'launcher frozen', 'program ends', 'program ignores TERM'] as const),
  ...(['process leaves its group', 'PID reused'] as const),
]
const damage: Mishap[] = ['state.json damaged', 'state.json lost']

/** As src does it today. */
const today: Rules = {
  left: { commands: 2, crashes: 1, mishaps: 0, reboots: 0 },
  ...{ commands: ['up', 'down'], parallel: 2, supervisor: false, needs: false, mishaps: [] },
  ...{ form: 'boot', adopts: 'named', purgeKeeps: ['locks', 'voids'], lock: 'by number', mistakes: new Set() },
}

function left(commands: number, crashes: number, mishaps: number, reboots: number): Pick<Rules, 'left'> {
  return { left: { commands, crashes, mishaps, reboots } }
}

export const scopes = {
  'two commands': today,
  'two commands, one mishap of processes': { ...today, ...left(2, 1, 1, 0), mishaps: processes },
  'two commands and a reboot': { ...today, ...left(2, 1, 0, 1) },
  'three commands, one mishap of processes': { ...today, ...left(3, 1, 1, 0), mishaps: processes },
  'the supervisor, two mishaps of processes': { ...today, ...left(2, 1, 2, 0), supervisor: true, mishaps: processes },
  'damaged files, two crashes': { ...today, ...left(3, 2, 1, 0), mishaps: damage },
  'a reboot': { ...today, ...left(3, 1, 1, 1), mishaps: ['launcher frozen', 'PID reused'] },
  'needs, claims and the supervisor': {
    ...{ ...today, ...left(3, 1, 1, 0), needs: true, supervisor: true, mishaps: ['program ends'] },
  },
  'all at once': {
    ...{ ...today, ...left(2, 1, 1, 1), commands: ['up', 'down', 'restart'], needs: true, supervisor: true },
    mishaps: [...processes, ...damage],
  },
} satisfies Record<string, Rules>
export type Scope = keyof typeof scopes

/** Hours pass, and the machine goes down: how long must a void be kept? */
export const late: Rules = { ...today, ...left(3, 1, 1, 1), mishaps: ['an hour passes'] }

/** A person puts an older state.json back. */
export const restored: Rules = { ...today, ...left(3, 1, 1, 0), mishaps: ['empty state.json put back'] }

/** A command that removes the project's folder meets others. */
export const purged: Rules = { ...today, ...left(4, 1, 0, 0), commands: ['up', 'purge'] }

export function making(mistake: Mistake, scope: Scope): Rules {
  return { ...scopes[scope], mistakes: new Set([mistake]) }
}
