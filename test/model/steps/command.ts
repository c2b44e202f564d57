// src/runtime/tunnel/apply.ts with recover.ts, state/desired.ts and core/decide/reconcile.ts: what a command and the
// supervisor see, want and decide, the lock held; and what they do without it.
import {
  Index,
  Kind,
  Owner,
  Plan,
  RunFile,
  at,
  attemptOf,
  end,
  isClosing,
  slots,
  type Actor,
  type Attempt,
  type Machine,
  type Place,
} from '../machine.ts'
import { step, type Rules, type Step } from '../rules.ts'
import { isAdoptable, isAttempt, isRun, observe, observeNow, recorded, scan, type Seen } from './observe.ts'

export function commandSteps(rules: Rules): Partial<Record<Place, Step<Actor>[]>> {
  const { mistakes, form, supervisor, adopts } = rules
  const ends = (me: Actor): number => (me.kind === Kind.supervisor ? at.release : at.supervise)
  const isClaimedByOther = (m: Machine): boolean => m.claim !== 0 && !mistakes.has('claims ignored')
  const isWantedHere = (m: Machine): boolean => m.want === 1 && !isClaimedByOther(m)
  const decided = (me: Actor): number => {
    if (me.plan === Plan.start) return at.specs
    if (me.plan === Plan.forget) return at.drop
    return mistakes.has('record removed first') ? at.drop : at.settle
  }

  return {
    look: [
      step('looks without the lock: all is as wanted', (m, me) => {
        const isAsWanted =
          m.want === 1 && m.index === recorded(m) && (!supervisor || m.actors[slots.supervisor]?.at !== 0)
        if (me.kind === Kind.restart || observeNow(m) !== 'running' || !isAsWanted) return false
        if (m.attempts.some((a) => a.id !== m.index && hasReported(a))) return false
        end(m, me)
        return true
      }),
      step('looks without the lock: there is something to do', (m, me) => {
        me.at = at.list
        return true
      }),
    ],
    watch: [
      step('sees that nothing is wanted', (m, me) => {
        if (m.want === 1) return false
        me.round = 1
        me.at = mistakes.has('leaves without the lock') ? at.exit : at.list
        return true
      }),
      step('sees a wanted tunnel that does not run', (m, me) => {
        if (m.index === Index.torn || !isWantedHere(m)) return false
        const seen = observeNow(m)
        if (seen === 'running') return false
        if (mistakes.has('no look under the lock')) {
          me.plan = planUp(seen)
          me.seen = recorded(m)
        }
        me.at = at.list
        return true
      }),
    ],
    exit: [
      step('exits, without another look under the lock', (m, me) => {
        if (m.want === 1) m.violation = 'where a tunnel is wanted a supervisor stays'
        end(m, me)
        return true
      }),
    ],
    held: [
      step('sees that the need of its tunnel has opened', (_, me) => {
        me.round = 2
        me.at = at.list
        return true
      }),
    ],
    leave: [
      step('looks again at what is wanted, and leaves or stays', (m, me) => {
        if (m.want === 1) me.round = 0
        me.at = at.release
        return true
      }),
    ],
    recover: [
      step('sets damaged files aside, adopts what the index lacks', (m, me) => {
        // Before anything of this boot is voided: no launcher of an earlier one lives.
        if (form === 'boot' && m.stamp === 0) sweepVoids(m)
        const isTorn = m.index === Index.torn
        if (isTorn && mistakes.has('damage read as empty')) m.index = 0
        else {
          const found = recorded(m)
          const unrecorded = m.attempts.filter((a) => a.id !== found && hasReported(a))
          const [first, second] = unrecorded
          const hasSurvivors = isTorn && found === 0 && m.attempts.some((a) => isRun(a.file) && scan(a) !== 0)
          if (hasSurvivors || second !== undefined || (first !== undefined && !isAdoptable(m, first))) {
            // It refuses, and names the processes.
            me.failed = 1
            me.at = at.release
            return true
          }
          if (first !== undefined) m.index = first.id
          // Named before its launcher has reported: to be settled like any launch that was interrupted.
          else if (adopts === 'named' && found === 0 && isAttempt(m.specs)) m.index = m.specs
          else if (isTorn || (m.index === Index.missing && found !== 0)) m.index = found
        }
        me.at = at.index
        return true
      }),
    ],
    newerIntent: [
      step('reads what is wanted by now', (m, me) => {
        me.at = m.want === 1 || mistakes.has('older intent') ? at.index : at.release
        return true
      }),
    ],
    index: [
      step('reads state.json', (m, me) => {
        if (m.index === Index.torn) {
          me.failed = 1
          me.at = at.release
          return true
        }
        me.seen = recorded(m)
        me.at = me.seen === 0 ? at.intent : at.runFile
        if (me.seen === 0) me.plan = isClosing(me) ? Plan.nothing : Plan.start
        return true
      }),
    ],
    runFile: [
      step('reads the run file', (m, me) => {
        me.read = attemptOf(m, me.seen).file
        me.at = at.processes
        return true
      }),
    ],
    processes: [
      step('looks at the processes', (m, me) => {
        const a = attemptOf(m, me.seen)
        // Where no launcher lives the file is read again: it may have got its last line since.
        const seen = observe(m, me.seen, scan(a) === 0 ? a.file : me.read)
        me.plan = isClosing(me) ? planDown(seen) : planUp(seen, me.kind === Kind.restart)
        me.read = 0
        me.at = at.intent
        return true
      }),
    ],
    intent: [
      step('writes what is wanted, and its claim', (m, me) => {
        if (me.kind === Kind.supervisor || me.round === 2) return false
        m.want = isClosing(me) ? 0 : 1
        if (m.want === 1 && me.plan !== Plan.nothing) m.claim = me.slot + 1
        turnTo(me)
        return true
      }),
      step('holds its start back until a need is open', (m, me) => {
        if (!rules.needs || me.kind !== Kind.up || me.round !== 0 || me.plan !== Plan.start) return false
        m.want = 1
        m.claim = me.slot + 1
        me.round = 1
        me.plan = me.seen = 0
        me.at = at.release
        return true
      }),
      step('looks again at what is wanted and claimed', (m, me) => {
        if (me.kind !== Kind.supervisor && me.round !== 2) return false
        const isStill = me.kind !== Kind.supervisor || isWantedHere(m) || mistakes.has('no look under the lock')
        if (!isStill) me.plan = Plan.nothing
        turnTo(me)
        return true
      }),
    ],
    supervise: [
      step('sees to the supervisor', (m, me) => {
        const watcher = m.actors[slots.supervisor]
        if (supervisor && watcher !== undefined) {
          // Launched like a tunnel, which is left out here; TERM ends it anywhere, since it does not hold the lock.
          if (!isClosing(me) && watcher.at === at.off) watcher.at = at.watch
          if (isClosing(me) && watcher.at !== at.off) end(m, watcher)
        }
        me.at = at.sweep
        return true
      }),
      step('waits 3 s in vain for the supervisor to exit', (m, me) => {
        if (!isClosing(me) || m.actors[slots.supervisor]?.at === at.off) return false
        me.at = at.sweep
        return true
      }),
    ],
    purge: [
      step('removes the folder of the project, if nothing is on record', (m, me) => {
        me.at = at.release
        if (recorded(m) !== 0 || m.index === Index.torn || m.actors[slots.supervisor]?.at !== at.off) return true
        m.index = Index.missing
        m.specs = m.want = m.claim = 0
        // Where no state.json names a boot nothing is swept.
        m.stamp = form === 'boot' ? 1 : 0
        for (const a of m.attempts)
          if (a.file !== RunFile.empty || !rules.purgeKeeps.includes('voids')) a.file = a.aged = 0
        if (rules.purgeKeeps.includes('locks')) return true
        me.saw = m.locks.lastIndexOf(Owner.actor + me.slot)
        m.locks.fill(Owner.none)
        if (!m.attempts.some(({ file }) => file === RunFile.empty)) m.folder = 0
        return true
      }),
    ],
    sweep: [
      step('sweeps old run files', (m, me) => {
        if (form === 'hour')
          for (const a of m.attempts)
            if (a.id !== m.index && a.aged === 1 && (a.file === RunFile.empty || a.file === RunFile.x))
              a.file = a.aged = 0
        if (form === 'marker' && m.stamp === 0) {
          sweepVoids(m)
          m.stamp = 1
        }
        me.at = at.release
        return true
      }),
    ],
  }

  function turnTo(me: Actor): void {
    me.at = me.plan === Plan.nothing ? ends(me) : decided(me)
    if (me.plan === Plan.nothing) me.seen = 0
    me.plan = 0
  }
}

function planUp(seen: Seen, always = false): number {
  if (seen === 'absent' || seen === 'gone') return Plan.start
  return seen === 'running' && !always ? Plan.nothing : Plan.replace
}

function planDown(seen: Seen): number {
  if (seen === 'absent') return Plan.nothing
  return seen === 'gone' ? Plan.forget : Plan.replace
}

/** A run that has reported and not ended, and whose processes are found. */
function hasReported(a: Attempt): boolean {
  return (a.file === RunFile.l || a.file === RunFile.p) && scan(a) !== 0
}

function sweepVoids(m: Machine): void {
  for (const a of m.attempts) if (a.id !== m.index && a.file === RunFile.empty) a.file = RunFile.absent
}
