// What must hold in every state, what no step may do, and what must come about once everything else is over.
import { Index, Program, RunFile, isLocked, type Attempt, type Machine } from './machine.ts'
import { isAdoptable, observeNow, recorded } from './steps/observe.ts'

/** In every state. */
const always = {
  'one holder of the lock': (m) => m.actors.filter(isLocked).length <= 1,
  'what runs is on record': (m) => m.attempts.every((a) => !isAlive(a) || isOnRecord(m, a)),
  'one program at most': (m) => m.attempts.filter(isAlive).length <= 1,
  'a reader never takes what runs for gone': (m) =>
    m.index === Index.torn || !m.attempts.some(isAlive) || observeNow(m) !== 'gone',
} satisfies Record<string, (m: Machine) => boolean>

export type Invariant =
  | keyof typeof always
  // The steps themselves say where they break these.
  | 'nothing foreign is signalled'
  | 'a program that obeys TERM is not killed'
  | 'down that reports success leaves nothing'
  | 'nothing is opened after it was closed'
  | 'what a living command claims is left to it'
  | 'where a tunnel is wanted a supervisor stays'
  // Once people and the machine leave things alone.
  | 'every command ends'
  | 'what is under way comes to rest'
  | 'one up leads to one child'
  | 'one down leads to none'

const checks = Object.entries(always) as [keyof typeof always, (m: Machine) => boolean][]

/** Null: all is well. `only`: asks for this one alone. */
export function violationOf(m: Machine, only: Invariant | null): Invariant | null {
  if (m.violation !== null && (only ?? m.violation) === m.violation) return m.violation
  for (const [name, holds] of checks) if ((only ?? name) === name && !holds(m)) return name
  return null
}

function isAlive({ program, member }: Attempt): boolean {
  return program >= Program.running || member !== 0
}

/** A next command finds it: by the index, or by its run file where the index is damaged or older. */
function isOnRecord(m: Machine, a: Attempt): boolean {
  if (m.index === a.id) return true
  const isIndexWhole = m.index !== Index.missing && m.index !== Index.torn
  return isIndexWhole ? isAdoptable(m, a) : m.specs === a.id
}

/** What one `up` must lead to. */
export function isOneChild(m: Machine): boolean {
  const running = m.attempts.filter(isAlive)
  return running.length === 1 && running[0]?.id === m.index && running[0].file === RunFile.p && m.want === 1
}

/** And one `down`. */
export function isNoChild(m: Machine): boolean {
  return !m.attempts.some(({ launcher, program, member }) => launcher + program + member > 0) && recorded(m) === 0
}
