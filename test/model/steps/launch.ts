// src/runtime/tunnel/launch.ts (commit, spawn, wait for the report) and close.ts (records of what is gone); the lock is held.
import { Kind, Launcher, Pace, Program, RunFile, at, attemptOf, clear, type Actor, type Place } from '../machine.ts'
import { step, type Rules, type Step } from '../rules.ts'
import { isRun } from './observe.ts'
import { afterDrop } from './stop.ts'

export function launchSteps({ mistakes, form }: Rules): Partial<Record<Place, Step<Actor>[]>> {
  const gate = form === 'folder' ? at.mkdir : at.spawn
  const isSpawnedFirst = mistakes.has('commit after spawn')
  const ends = (me: Actor): number => (me.kind === Kind.supervisor ? at.release : at.supervise)

  return {
    drop: [
      step('takes it off state.json', (m, me) => {
        if (m.index === me.seen) m.index = 0
        m.stamp = form === 'marker' ? m.stamp : 1
        me.at = at.dropSpecs
        return true
      }),
    ],
    dropSpecs: [
      step('takes it off specs.json', (m, me) => {
        if (m.specs === me.seen) m.specs = 0
        me.at = at.dropRun
        return true
      }),
    ],
    dropRun: [
      step('removes its run file, unless it is a void', (m, me) => {
        const a = attemptOf(m, me.seen)
        if (isRun(a.file) || mistakes.has('voids removed at once')) a.file = a.aged = 0
        const isStillRunning = mistakes.has('record removed first') && a.launcher !== Launcher.none
        me.at = isStillRunning ? at.settle : afterDrop(me)
        return true
      }),
    ],
    specs: [
      step('makes a nonce and writes specs.json', (m, me) => {
        const free = m.attempts.find(({ id }) => isFree(m, id))
        if (free === undefined) return false
        clear(free)
        me.fresh = free.id
        m.specs = free.id
        me.at = isSpawnedFirst ? gate : at.commit
        return true
      }),
    ],
    commit: [
      step('writes state.json: the attempt is on record', (m, me) => {
        if (m.want === 0) m.violation = 'nothing is opened after it was closed'
        const isOthers = m.claim !== 0 && m.claim !== me.slot + 1
        if (me.kind === Kind.supervisor && isOthers) m.violation = 'what a living command claims is left to it'
        m.index = me.fresh
        // It ends with the attempt that it was for.
        if (m.claim === me.slot + 1) m.claim = 0
        m.stamp = form === 'marker' ? m.stamp : 1
        me.at = at.dropReplaced
        return true
      }),
    ],
    dropReplaced: [
      step('removes the run file of the one before', (m, me) => {
        if (me.seen !== 0) {
          const before = attemptOf(m, me.seen)
          if (isRun(before.file)) before.file = before.aged = 0
        }
        me.seen = 0
        me.at = isSpawnedFirst ? at.awaitReport : gate
        return true
      }),
    ],
    mkdir: [
      step('makes the folder of the attempt', (m, me) => {
        attemptOf(m, me.fresh).file = RunFile.open
        me.at = at.spawn
        return true
      }),
    ],
    spawn: [
      step('forks the launcher', (m, me) => {
        attemptOf(m, me.fresh).launcher = Launcher.forked
        me.at = at.awaitExec
        return true
      }),
    ],
    awaitExec: [
      step('hears that the launcher has begun', (m, me) => {
        if (attemptOf(m, me.fresh).launcher === Launcher.forked) return false
        me.at = isSpawnedFirst ? at.commit : at.awaitReport
        return true
      }),
    ],
    awaitReport: [
      step('reads its report (p or x)', (m, me) => {
        const { file } = attemptOf(m, me.fresh)
        if (file !== RunFile.p && file !== RunFile.x) return false
        me.fresh = 0
        me.at = ends(me)
        return true
      }),
      step('waits 5 s for its report in vain', (m, me) => {
        const a = attemptOf(m, me.fresh)
        const isDead = a.launcher === Launcher.none && a.program !== Program.inner
        if (a.file === RunFile.p || a.file === RunFile.x || !(a.pace === Pace.frozen || isDead)) return false
        me.fresh = 0
        me.at = ends(me)
        return true
      }),
    ],
  }
}

function isFree(m: Parameters<Step<Actor>['take']>[0], id: number): boolean {
  const { launcher, program, member, file } = attemptOf(m, id)
  const isNamed = m.index === id || m.specs === id || m.actors.some(({ seen, fresh }) => seen === id || fresh === id)
  return launcher === 0 && program === 0 && member === 0 && file === 0 && !isNamed
}
