// src/runtime/state/lock.ts: the generation lock.
import { Kind, Owner, at, end, isClosing, type Actor, type Machine, type Place } from '../machine.ts'
import { step, type Rules, type Step } from '../rules.ts'

export function lockSteps({ mistakes, lock }: Rules): Partial<Record<Place, Step<Actor>[]>> {
  const isAlive = (owner: number): boolean =>
    owner >= Owner.actor ||
    (owner === Owner.reused && mistakes.has('start time ignored')) ||
    (owner === Owner.rebooted && mistakes.has('boot id ignored'))
  const isFreeToTake = (m: Machine): boolean => mistakes.has('lock stolen') || !isAlive(m.locks[highest(m)] ?? 0)

  return {
    list: [
      // Who finds a living owner asks again: that is left out, it changes nothing.
      step('lists the locks', (m, me) => {
        if (!isFreeToTake(m)) return false
        me.saw = highest(m)
        me.at = at.owner
        return true
      }),
    ],
    owner: [
      step('reads the owner of the highest', (m, me) => {
        const owner = m.locks[me.saw] ?? 0
        const isGone = owner === Owner.none && me.saw > 0
        const isDead = owner !== Owner.none && owner !== Owner.free
        me.at = isGone || (isAlive(owner) && !mistakes.has('lock stolen')) ? at.list : at.link
        if (me.at === at.link && isDead && mistakes.has('lock deleted first')) me.at = at.unlinkDead
        if (me.at === at.list) me.saw = 0
        return true
      }),
    ],
    unlinkDead: [
      step('deletes the lock of the dead', (m, me) => {
        m.locks[me.saw] = Owner.none
        me.saw -= 1
        me.at = at.link
        return true
      }),
    ],
    link: [
      step('links the next number', (m, me) => {
        if (m.folder === 0) {
          // The folder was removed: the command fails.
          end(m, me)
          return true
        }
        const mine = me.saw + 1
        const isTaken = m.locks[mine] !== Owner.none
        if (!isTaken) m.locks[mine] = Owner.actor + me.slot
        me.saw = 0
        me.at = isTaken ? at.list : mistakes.has('no second listing') ? at.unlinkLower : at.relist
        return true
      }),
    ],
    relist: [
      step('lists the locks again', (m, me) => {
        const mine = numberOf(m, me)
        const isLowerAlive = lock === 'careful' && m.locks.slice(0, mine).some(isAlive)
        me.at = highest(m) > mine || isLowerAlive ? at.unlinkOwn : at.unlinkLower
        return true
      }),
    ],
    unlinkOwn: [
      step('finds another lock and unlinks its own', (m, me) => {
        m.locks[numberOf(m, me)] = Owner.none
        me.at = at.list
        return true
      }),
    ],
    unlinkLower: [
      step('unlinks the lower ones: holds the lock', (m, me) => {
        for (let n = numberOf(m, me) - 1; n > 0; n--) m.locks[n] = Owner.none
        me.at = firstUnderLock(me)
        return true
      }),
    ],
    release: [
      step('frees the lock', (m, me) => {
        if (isClosing(me) && me.failed + me.round === 0 && m.attempts.some(isAliveAttempt))
          m.violation = 'down that reports success leaves nothing'
        // By its number, whatever is there now: a folder that was removed may have been made again.
        const mine = me.saw > 0 && lock === 'by number' ? me.saw : numberOf(m, me)
        if (mine > 0 && m.folder === 1) m.locks[mine] = Owner.free
        me.saw = 0
        goOn(m, me)
        return true
      }),
    ],
  }
}

/** What follows on the release. */
function goOn(m: Machine, me: Actor): void {
  const { kind, round, failed } = me
  if (kind === Kind.up && round === 1) me.at = at.held
  else if (kind === Kind.purge && round === 0 && failed === 0) {
    me.round = 1
    me.at = at.list
  } else if (kind === Kind.supervisor && round === 0) {
    me.failed = 0
    me.at = at.watch
  } else end(m, me)
}

function firstUnderLock({ kind, round, plan }: Actor): number {
  if (kind === Kind.purge && round === 1) return at.purge
  if (kind === Kind.supervisor && round === 1) return at.leave
  // Only with a mistake: it has planned before.
  if (plan !== 0) return at.intent
  return round === 2 ? at.newerIntent : at.recover
}

function isAliveAttempt({ program, member }: Machine['attempts'][number]): boolean {
  return program !== 0 || member !== 0
}

function highest(m: Machine): number {
  for (let n = m.locks.length - 1; n > 0; n--) if (m.locks[n] !== Owner.none) return n
  return 0
}

function numberOf(m: Machine, { slot }: Actor): number {
  return m.locks.lastIndexOf(Owner.actor + slot)
}
