// src/runtime/tunnel/launcher.ts: the shell that claims the attempt, starts the program and records how it ended.
import { Launcher, Pace, Program, RunFile, clear, type Attempt, type Machine } from '../machine.ts'
import { step, type Rules, type Step } from '../rules.ts'

/** By the state of the launcher. */
export function launcherSteps({ form, mistakes }: Rules): Step<Attempt>[][] {
  const steps: Step<Attempt>[][] = Array.from({ length: 9 }, () => [])
  const claimable = form === 'folder' ? RunFile.open : RunFile.absent
  const isClaimable = (a: Attempt, m: Machine): boolean =>
    m.folder === 1 && (a.file === claimable || mistakes.has('claim not exclusive'))
  const add = (
    state: number,
    name: string,
    take: (a: Attempt) => void,
    when?: (a: Attempt, m: Machine) => boolean,
  ): void => {
    steps[state]?.push(
      step(name, (m, a) => {
        if (a.pace === Pace.frozen || when?.(a, m) === false) return false
        take(a)
        return true
      }),
    )
  }

  add(Launcher.forked, 'becomes a shell with its nonce', (a) => {
    a.launcher = Launcher.execed
  })
  add(
    Launcher.execed,
    'creates its run file exclusively: claims the attempt',
    (a) => {
      a.file = RunFile.empty
      a.launcher = Launcher.claimed
    },
    isClaimable,
  )
  add(
    Launcher.execed,
    'finds itself voided and exits',
    (a) => {
      a.launcher = Launcher.none
    },
    (a, m) => !isClaimable(a, m),
  )
  add(Launcher.claimed, 'writes its own PID (l)', (a) => {
    // A file that was removed meanwhile takes the line with it.
    if (a.file === RunFile.empty) a.file = RunFile.l
    a.launcher = Launcher.listed
  })
  add(Launcher.listed, 'asks whether a signal came', (a) => {
    a.launcher = a.noted === 1 ? Launcher.ending : Launcher.checked
    a.noted = 0
  })
  add(Launcher.checked, 'forks the shell of the program', (a) => {
    a.launcher = Launcher.waiting
    a.program = Program.inner
    a.noted = 0
  })
  add(
    Launcher.waiting,
    'sees its program end',
    (a) => {
      a.launcher = Launcher.ending
    },
    (a) => a.program === Program.none,
  )
  add(Launcher.ending, 'writes how it ended (x) and exits', (a) => {
    if (a.file === RunFile.l || a.file === RunFile.p) a.file = RunFile.x
    a.launcher = Launcher.none
  })
  return steps
}

/** By the state of the program. */
export function programSteps(): Step<Attempt>[][] {
  return [
    [],
    [
      step('writes its PID (p) and becomes the program', (_, a) => {
        if (a.file === RunFile.l) a.file = RunFile.p
        a.program = Program.running
        return true
      }),
    ],
    [],
    [],
  ]
}

export const wakes = step<Attempt>('wakes up', (_, a) => {
  if (a.pace !== Pace.frozen || a.launcher === Launcher.none) return false
  if (a.launcher === Launcher.doomed) a.launcher = Launcher.none
  a.pace = Pace.woken
  return true
})

/** What TERM does to a launcher: its trap notes it. Before the trap is set and after it was asked for, it is lost. */
export function termLauncher(a: Attempt): void {
  if (a.launcher === Launcher.execed || a.launcher === Launcher.claimed || a.launcher === Launcher.listed) a.noted = 1
}

/** The inner shell and the program die of it, unless the program ignores it. */
export function termProgram(a: Attempt): void {
  if (a.program !== Program.stubborn) a.program = Program.none
}

export function killLauncher(a: Attempt): void {
  if (a.launcher !== Launcher.none) a.launcher = a.pace === Pace.frozen ? Launcher.doomed : Launcher.none
}

/** The machine goes down: no process lives on. */
export function rebootAttempt(a: Attempt): void {
  const { file } = a
  clear(a)
  a.file = file
  a.old = 1
}
