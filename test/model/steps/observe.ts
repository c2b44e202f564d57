// src/runtime/tunnel/observe.ts and attempt-processes.ts: what a look at an attempt finds.
import { Index, Launcher, Program, RunFile, attemptOf, type Attempt, type Machine } from '../machine.ts'

export const Found = { launcher: 1, program: 2, member: 4 } as const

/** Whether its launcher has its own arguments and environment: a fork that has not called exec looks like its parent. */
export function isLauncherVisible({ launcher }: Attempt): boolean {
  return launcher >= Launcher.execed
}

/** All processes that carry its nonce. */
export function scan(a: Attempt): number {
  const program = a.program === Program.none ? 0 : Found.program
  return (isLauncherVisible(a) ? Found.launcher : 0) | program | (a.member === 0 ? 0 : Found.member)
}

export type Seen = 'absent' | 'starting' | 'running' | 'leftover' | 'gone'

/** `file`: the run file as it was read, a moment before the processes. */
export function observe(m: Machine, id: number, file: number): Seen {
  if (id === 0) return 'absent'
  const a = attemptOf(m, id)
  if (a.old === 1) return 'gone'
  const found = scan(a)
  switch (file) {
    case RunFile.absent:
    case RunFile.open:
      return 'starting'
    case RunFile.empty:
      return found === 0 ? 'gone' : 'starting'
    case RunFile.x:
      return (found & ~Found.launcher) === 0 ? 'gone' : 'leftover'
    default:
      if ((found & Found.launcher) !== 0) return 'running'
      if (found === 0) return 'gone'
      return file === RunFile.p && (found & Found.program) !== 0 ? 'running' : 'leftover'
  }
}

/** What a reader sees in one instant. */
export function observeNow(m: Machine): Seen {
  const id = recorded(m)
  return observe(m, id, id === 0 ? 0 : attemptOf(m, id).file)
}

/** The attempt of a whole or missing index; specs.json stands in for a missing or damaged one. */
export function recorded(m: Machine): number {
  return m.index === Index.missing || m.index === Index.torn ? (m.specs === Index.torn ? 0 : m.specs) : m.index
}

/** `adoptUnrecorded`: an attempt whose launcher has reported, which the index does not name and specs.json does. */
export function isAdoptable(m: Machine, { id, file }: Attempt): boolean {
  const instead = recorded(m)
  const isFree = instead === 0 || !isRun(attemptOf(m, instead).file)
  return (file === RunFile.l || file === RunFile.p) && m.specs === id && isFree
}

export function isAttempt(id: number): boolean {
  return id > 0 && id < Index.missing
}

export function isRun(file: number): boolean {
  return file === RunFile.l || file === RunFile.p || file === RunFile.x
}
