// src/runtime/tunnel/stop.ts: void or wait for the report, TERM, wait, KILL; the lock is held.
import {
  Kind,
  Launcher,
  Pace,
  Program,
  RunFile,
  at,
  attemptOf,
  isClosing,
  type Actor,
  type Attempt,
  type Place,
} from '../machine.ts'
import { step, type Rules, type Step } from '../rules.ts'
import { killLauncher, termLauncher, termProgram } from './launcher.ts'
import { Found, isLauncherVisible, scan } from './observe.ts'

export function stopSteps({ mistakes, form }: Rules): Partial<Record<Place, Step<Actor>[]>> {
  const findAll = (a: Attempt): number => {
    const recorded = a.file === RunFile.l || a.file === RunFile.p
    const proved = mistakes.has('PID trusted') && recorded && a.reused === 1 ? Found.launcher : scan(a)
    if (mistakes.has('leader only')) return proved & Found.launcher
    return mistakes.has('group only') ? proved & ~Found.member : proved
  }
  const signal = (m: Parameters<Step<Actor>['take']>[0], me: Actor, a: Attempt): void => {
    const isOurs = a.reused === 0
    if ((me.found & Found.launcher) !== 0 && !isOurs) m.violation = 'nothing foreign is signalled'
    const isLeader = (me.found & Found.launcher) !== 0 && isLauncherVisible(a)
    // The leader's group is signalled as a whole, while it lives; others one by one.
    const reachesProgram = mistakes.has('leader only') ? false : isLeader || (me.found & Found.program) !== 0
    if (me.killing === 1) {
      const isObedient = a.program === Program.running && a.pace === Pace.usual
      if (isObedient && reachesProgram) m.violation = 'a program that obeys TERM is not killed'
      if (isLeader) killLauncher(a)
      if (reachesProgram) a.program = Program.none
    } else {
      if (isLeader) termLauncher(a)
      if (reachesProgram) termProgram(a)
    }
    if ((me.found & Found.member) !== 0) a.member = 0
  }
  /** Nothing of it will end by itself before the grace is over. */
  const isStuck = (a: Attempt): boolean => {
    if (a.pace === Pace.frozen && a.launcher !== Launcher.none) return true
    if (a.program === Program.inner || (a.launcher !== Launcher.none && a.launcher !== Launcher.waiting)) return false
    return a.program !== Program.none || a.launcher === Launcher.none
  }

  return {
    settle: [
      step('voids the attempt, unless its launcher was first', (m, me) => {
        const a = attemptOf(m, me.seen)
        const isFirst = (a.file === RunFile.absent || a.file === RunFile.open) && !mistakes.has('no settling')
        if (isFirst && form !== 'folder') a.file = RunFile.empty
        if (isFirst && form === 'folder') a.file = RunFile.absent
        me.at = isFirst || mistakes.has('no wait for p') ? at.scan : at.awaitSettled
        return true
      }),
    ],
    awaitSettled: [
      step('waits until it has reported', (m, me) => {
        const a = attemptOf(m, me.seen)
        if (a.file === RunFile.empty && isLauncherVisible(a)) return false
        if (a.file === RunFile.l && (a.launcher !== Launcher.none || a.reused === 1)) return false
        me.at = at.scan
        return true
      }),
      step('waits 5 s for its report in vain', (m, me) => {
        const a = attemptOf(m, me.seen)
        if (a.pace !== Pace.frozen && a.reused === 0) return false
        if (a.file !== RunFile.empty && a.file !== RunFile.l) return false
        me.at = at.scan
        return true
      }),
    ],
    scan: [
      step('scans for processes with the nonce', (m, me) => {
        me.found = findAll(attemptOf(m, me.seen))
        me.at = at.signal
        return true
      }),
    ],
    signal: [
      step('signals what it found', (m, me) => {
        const a = attemptOf(m, me.seen)
        signal(m, me, a)
        me.at = at.poll
        return true
      }),
    ],
    poll: [
      step('finds them gone', (m, me) => {
        const a = attemptOf(m, me.seen)
        if ((scan(a) & me.found) !== 0) return false
        me.found = 0
        me.at = mistakes.has('no second scan') ? afterStop(me) : at.rescan
        return true
      }),
      step('finds them alive when the grace is over', (m, me) => {
        const a = attemptOf(m, me.seen)
        if ((scan(a) & me.found) === 0 || !isStuck(a)) return false
        me.found = 0
        if (mistakes.has('no KILL')) me.at = afterStop(me)
        else if (me.killing === 0) {
          me.killing = 1
          me.at = at.scan
        } else giveUp(me)
        return true
      }),
    ],
    rescan: [
      step('scans again: what left the group meanwhile?', (m, me) => {
        me.found = findAll(attemptOf(m, me.seen))
        me.at = me.found === 0 ? afterStop(me) : at.signal
        return true
      }),
    ],
  }

  function afterStop(me: Actor): number {
    me.killing = 0
    return mistakes.has('record removed first') ? afterDrop(me) : at.drop
  }
}

/** What survived KILL keeps its record. */
function giveUp(me: Actor): void {
  me.failed = 1
  me.killing = me.seen = 0
  me.at = me.kind === Kind.supervisor ? at.release : at.supervise
}

/** A replaced tunnel is launched, a closed one is done. */
export function afterDrop(me: Actor): number {
  if (!isClosing(me)) return at.specs
  me.seen = 0
  return at.supervise
}
