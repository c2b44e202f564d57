// What people and the machine do: commands begin and are killed, things go wrong, the machine goes down.
import {
  Index,
  Kind,
  Launcher,
  Owner,
  Pace,
  Program,
  RunFile,
  at,
  end,
  isClosing,
  isLocked,
  type Actor,
  type Attempt,
  type Machine,
} from '../machine.ts'
import { step, type Mishap, type Rules, type Step } from '../rules.ts'
import { killLauncher, rebootAttempt } from './launcher.ts'

/** In the first slot for commands that is free. */
export function beginSteps({ commands, parallel }: Rules, slot: number): Step<Actor>[] {
  if (slot >= parallel) return []
  return commands.map((kind) =>
    step(`a person runs p2p ${kind === 'purge' ? 'down --purge' : kind}`, (m, me) => {
      if (m.actors.find((one) => one.at === at.off && one.slot < parallel) !== me) return false
      m.left.commands -= 1
      begin(m, me, kind)
      return true
    }),
  )
}

export function begin(m: Machine, me: Actor, kind: Rules['commands'][number]): void {
  m.folder = 1
  me.kind = Kind[kind]
  me.at = isClosing(me) ? at.list : at.look
}

export const crash = step<Actor>('is killed', (m, me) => {
  if (me.at === at.off) return false
  m.left.crashes -= 1
  end(m, me)
  return true
})

/** Mishaps of one attempt. */
export function mishapSteps({ mishaps }: Rules): Step<Attempt>[] {
  const all: Partial<Record<Mishap, Step<Attempt>>> = {
    'launcher killed': mishap('its launcher is killed', (_, a) => {
      if (a.launcher === Launcher.none || a.launcher === Launcher.doomed) return false
      killLauncher(a)
      return true
    }),
    'launcher frozen': mishap('its launcher is frozen', (_, a) => {
      if (a.launcher === Launcher.none || a.launcher === Launcher.waiting || a.pace !== Pace.usual) return false
      a.pace = Pace.frozen
      return true
    }),
    'program ends': mishap('its program ends', (_, a) => {
      if (a.program < Program.running) return false
      a.program = Program.none
      return true
    }),
    'program ignores TERM': mishap('its program begins to ignore TERM', (_, a) => {
      if (a.program !== Program.running) return false
      a.program = Program.stubborn
      return true
    }),
    'process leaves its group': mishap('its program starts a process that leaves the group', (_, a) => {
      if (a.program < Program.running || a.member === 1) return false
      a.member = 1
      return true
    }),
    'PID reused': mishap('its recorded PIDs become a stranger', (m, a) => {
      const isOver = a.launcher === Launcher.none && a.program === Program.none && a.member === 0
      // PIDs come round after thousands of forks: not between a scan and the signals that follow it.
      const isBetween = m.actors.some(({ at: place, seen }) => place === at.signal && seen === a.id)
      if (!isOver || isBetween || a.reused === 1 || (a.file !== RunFile.l && a.file !== RunFile.p)) return false
      a.reused = 1
      return true
    }),
  }
  return mishaps.flatMap((name) => all[name] ?? [])
}

/** Mishaps of the machine. */
export function machineSteps({ mishaps }: Rules): Step<null>[] {
  const all: Partial<Record<Mishap, Step<null>[]>> = {
    'PID reused': [
      mishap('the PID of a dead owner of a lock becomes a stranger', (m) => {
        const n = m.locks.indexOf(Owner.dead)
        if (n > 0) m.locks[n] = Owner.reused
        return n > 0
      }),
    ],
    'state.json damaged': [mishap('state.json is damaged', (m) => setIndex(m, Index.torn))],
    'state.json lost': [mishap('state.json is lost', (m) => setIndex(m, Index.missing))],
    'empty state.json put back': [
      // By a person, while no command is at work.
      mishap('an older, empty state.json is put back', (m) => !m.actors.some(isLocked) && setIndex(m, 0)),
    ],
    'an hour passes': [
      mishap('an hour passes', (m) => {
        const files = m.attempts.filter(({ file, aged }) => file !== RunFile.absent && aged === 0)
        for (const a of files) a.aged = 1
        return files.length > 0
      }),
    ],
  }
  return mishaps.flatMap((name) => all[name] ?? [])
}

export const rebootSteps: Step<null>[] = [
  step('the machine goes down', (m) => reboot(m, null)),
  step('the machine goes down, run files are lost', (m) => reboot(m, RunFile.absent)),
  step('the machine goes down, run files are cut short', (m) => reboot(m, RunFile.empty)),
]

function setIndex(m: Machine, value: number): boolean {
  if (m.index === value) return false
  m.index = value
  return true
}

/** state.json and specs.json are synced before they are renamed into place; run files never are. */
function reboot(m: Machine, file: number | null): boolean {
  m.left.reboots -= 1
  for (const actor of m.actors) end(m, actor)
  for (const a of m.attempts) {
    if (file !== null && a.file !== RunFile.absent && a.file !== RunFile.open) a.file = file
    rebootAttempt(a)
  }
  // By chance each PID and start time may come back.
  m.locks.forEach((owner, n) => {
    if (owner >= Owner.dead) m.locks[n] = Owner.rebooted
  })
  m.stamp = 0
  return true
}

function mishap<Subject>(name: string, take: Step<Subject>['take']): Step<Subject> {
  return step(name, (m, subject) => {
    if (!take(m, subject)) return false
    m.left.mishaps -= 1
    return true
  })
}
