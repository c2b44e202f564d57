/** One schedule: a seed decides everything that happens. Some seconds of disturbance, then one `up` and one `down` in peace. */
import type { ApplyResult } from '../../src/core/events.ts'
import type { TunnelSpec } from '../../src/core/model.ts'
import type { NewProgram } from './build.ts'
import { calm, Computer, Violation, type Process } from './computer.ts'
import { watchOver } from './invariants.ts'
import { friendly, key, names, paths, People, portOf, project, specOf, wild } from './people.ts'
import { Random } from './random.ts'
import type { Behaviour } from './launcher.ts'

export interface Outcome {
  seed: number
  counts: Computer['counts']
  /** Null: everything held. */
  violation: string | null
  trace: string[]
}

export function runSchedule(seed: number, newProgram: NewProgram, traces = false): Outcome {
  const random = new Random(seed)
  const computer = new Computer(random, calm)
  if (traces) computer.trace = []
  computer.wildness = wild(computer)
  const people = new People(computer, newProgram)
  let violation: string | null = null
  try {
    watchOver(computer, people)
    const specs = disturb(computer, people)
    settle(computer, people, specs)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
  }
  violation = computer.violation?.message ?? null
  return { seed, counts: computer.counts, violation, trace: computer.trace ?? [] }
}

/** Commands, crashes, strangers; returns the last declaration. */
function disturb(computer: Computer, people: People): TunnelSpec[] {
  const { random } = computer
  const used = names.slice(0, 1 + random.below(names.length))
  const restart = random.of(['no', 'on-failure', 'always'] as const)
  const needsEachOther = random.chance(0.3)
  let version = 1
  const declare = (): TunnelSpec[] =>
    used.map((name, index) =>
      specOf(name, version, {
        restart: { when: restart, max: null },
        needs:
          needsEachOther && index > 0
            ? [{ name: used[index - 1] ?? '', condition: 'open', restart: random.chance(0.5) }]
            : [],
      }),
    )
  let specs = declare()
  people.behaviour = () => behaviour(random)
  const some = (): string[] => (random.chance(0.6) ? used : [random.of(used)])
  const up = (): void => {
    const names = some()
    const recreate = random.of(['changed', 'changed', 'always', 'never'] as const)
    const options = { wait: random.chance(0.8), waitTimeoutMs: random.of([null, null, 300, 3000]) }
    const now = project(specs)
    people.command('up', (program, ctx, emit) =>
      program.up(ctx, key, { want: 'up', project: now, names, recreate, orphans: 'keep' }, { ...options, emit }),
    )
  }
  const down = (): void => {
    const names = random.chance(0.6) ? 'all' : some()
    const purges = random.chance(0.2)
    people.command('down', (program, ctx, emit) => program.down(ctx, key, names, { purges, emit }))
  }
  const killOne = (): void => {
    const ours = [...computer.processes.values()].filter(({ role }) => role !== 'stranger')
    if (ours.length > 0) computer.kill(null, random.of(ours).pid, random.of(['KILL', 'KILL', 'TERM']))
  }
  const stranger = (): void => {
    const pids = computer.usedPids()
    const pid = pids.find((one) => computer.killed.has(one)) ?? pids[0]
    if (random.chance(0.5)) {
      const process = computer.start('stranger', 'stranger')
      computer.listen(process, '127.0.0.1', portOf(random.of(used)))
      computer.later(process, random.of([1, 100, 3000]), 'is done', () => {
        computer.exit(process, 0)
      })
    } else if (pid !== undefined) computer.start('stranger', 'stranger with a PID', { pid, pgid: pid })
  }
  const act: readonly (() => void)[] = [
    up,
    up,
    up,
    down,
    down,
    killOne,
    killOne,
    stranger,
    () => people.command('ps', (program, ctx) => program.ps(ctx, key)),
    () => {
      version += 1
      specs = declare()
      up()
    },
    () => {
      computer.offset += random.of([-1, 1]) * random.of([1, 5000, 3_600_000])
    },
    () => {
      if (computer.counts.reboots < 2) computer.reboot()
    },
  ]
  up()
  for (let left = 1 + random.below(7); left > 0; left -= 1) {
    const pause = random.of([0, 1, 5, 20, 100, 700, 2500]) * random.fraction()
    computer.later(null, pause, 'pause', () => undefined)
    const until = computer.clock + pause
    computer.runUntil(() => computer.clock >= until, pause)
    if (computer.violation !== null) throw computer.violation
    random.of(act)()
  }
  return specs
}

function behaviour(random: Random): Behaviour {
  return {
    listensAfter: random.of([0, 5, 5, 50, 700, null]),
    endsAfter: random.of([null, null, null, null, 1, 60, 600, 3000]),
    status: random.of([0, 1, 1]),
    forksEscapee: random.chance(0.1),
    ...ending(random),
  }
}

function ending(random: Random): Pick<Behaviour, 'obeysTerm' | 'dies' | 'forksLate'> {
  return { obeysTerm: random.chance(0.85), dies: random.of([0, 3, 80]), forksLate: random.chance(0.1) }
}

function isServed(computer: Computer, name: string): boolean {
  return computer.sockets.some(({ port }) => port === portOf(name))
}

const patienceMs = 300_000

function settle(computer: Computer, people: People, specs: TunnelSpec[]): void {
  const must = (holds: boolean, message: string): void => {
    if (computer.violation !== null) throw computer.violation
    if (!holds) computer.fail(message)
  }
  const alive = (): string[] =>
    [...computer.processes.values()].flatMap(({ role, label, pid }) =>
      role === 'stranger' ? [] : [`${label} (${role} ${pid})`],
    )
  // They open; how they end is another matter.
  people.behaviour = () => ({ ...friendly, ...ending(computer.random) })
  must(
    computer.runUntil(() => people.running.size === 0, patienceMs),
    `commands that do not end: ${[...people.running].map(({ label }) => label).join(', ')}`,
  )
  computer.wildness = calm
  // What was launched by then is running, or gone.
  const isOnItsWay = (one: Process): boolean =>
    one.role === 'inner' ||
    one.role === 'forked' ||
    (one.role === 'launcher' && ![...computer.processes.values()].some(({ ppid }) => ppid === one.pid))
  const come = (): boolean => computer.runUntil(() => ![...computer.processes.values()].some(isOnItsWay), 30_000)
  come()
  const listens = (one: Process): boolean => computer.sockets.some(({ holders }) => holders.has(one))
  for (const process of [...computer.processes.values()]) {
    if (process.node !== null) process.node.diesAt = 0
    const isBad =
      people.bad.has(process) ||
      (process.role === 'program' && !listens(process)) ||
      (process.role === 'stranger' && listens(process))
    if (isBad) computer.exit(process, 0)
  }
  come()
  computer.say(null, 'peace')
  const all = specs.map(({ name }) => name)
  const goal = { want: 'up', project: project(specs), names: all, recreate: 'changed', orphans: 'keep' } as const
  const opened = people.finish(
    people.command('up', (program, ctx, emit) => program.up(ctx, key, goal, { wait: true, waitTimeoutMs: null, emit })),
    patienceMs,
  )
  must(opened.error === null, `the last up failed`)
  for (const [name, event] of (opened.result as ApplyResult).tunnels)
    must(event.type === 'open' || (event.type === 'kept' && event.open), `the last up left ${name} ${event.type}`)
  const running = (): string =>
    [...computer.processes.values()]
      .flatMap(({ role, label }) => (role === 'program' ? [label] : []))
      .sort()
      .join()
  // The supervisor may be about to reopen what follows a tunnel that was reopened.
  computer.runUntil(() => running() === [...all].sort().join() && all.every((name) => isServed(computer, name)), 30_000)
  must(running() === [...all].sort().join(), `after up there run: ${running()}`)
  let seen: { name: string; open: boolean }[] | null = null
  const allOpen = (): boolean => all.every((name) => seen?.some((row) => row.name === name && row.open) === true)
  // It may have begun that just now.
  for (let look = 0; look < 20 && !allOpen(); look += 1) {
    const command = people.command('ps', (program, ctx) => program.ps(ctx, key))
    seen = people.finish(command, patienceMs).result as typeof seen
  }
  must(allOpen(), `ps sees ${JSON.stringify(seen)}`)
  const closed = people.finish(
    people.command('down', (program, ctx, emit) => program.down(ctx, key, 'all', { purges: false, emit })),
    patienceMs,
  )
  must(closed.error === null, 'the last down failed')
  // A supervisor whose launcher was killed before it took its lock leaves as soon as it sees that nothing is wanted.
  must(
    alive().filter((one) => !one.startsWith('launcher') && !one.startsWith('supervisor')).length === 0,
    `after down there still run: ${alive().join(', ')}`,
  )
  computer.runUntil(() => alive().length === 0, 60_000)
  must(alive().length === 0, `long after down there still run: ${alive().join(', ')}`)
  const left = [...computer.disk.folder(paths.folder).entries.keys()].filter((name) => name.endsWith('.tmp'))
  must(left.length === 0, `temporary files are left: ${left.join(', ')}`)
}
