// All that can happen in one state: the next step of each command, launcher and program, and what is done to them.
import { at, type Actor, type Attempt, type Machine, type Place } from './machine.ts'
import type { Rules, Step } from './rules.ts'
import { beginSteps, crash, machineSteps, mishapSteps, rebootSteps } from './steps/around.ts'
import { commandSteps } from './steps/command.ts'
import { launcherSteps, programSteps, wakes } from './steps/launcher.ts'
import { launchSteps } from './steps/launch.ts'
import { lockSteps } from './steps/lock.ts'
import { stopSteps } from './steps/stop.ts'

/** A step with the process that takes it. `isDue`: it comes by itself, once people and the machine leave things alone. */
export interface Move {
  /** Its place in the list of all. */
  number: number
  by: string
  name: string
  isDue: boolean
  take: (m: Machine) => boolean
}

export interface Protocol {
  all: Move[]
  /** Those of each actor by its place, of each launcher by its state, of each program by its state. */
  actors: Move[][][]
  launchers: Move[][][]
  programs: Move[][][]
  wakings: Move[]
  /** What people and the machine do, as long as there is any of it left. */
  around: Record<keyof Machine['left'], Move[]>
}

const actorNames = ['command 1', 'command 2', 'supervisor']

export function protocolOf(rules: Rules): Protocol {
  const steps: Partial<Record<Place, Step<Actor>[]>> = {
    ...lockSteps(rules),
    ...commandSteps(rules),
    ...stopSteps(rules),
    ...launchSteps(rules),
  }
  const places = Object.entries(at).map(([place]) => steps[place as Place] ?? [])
  const all: Move[] = []
  const move = <Subject>(
    by: string,
    { name, take }: Step<Subject>,
    of: (m: Machine) => Subject,
    isDue: boolean,
  ): Move => {
    const made = { number: all.length, by, name, isDue, take: (m: Machine) => take(m, of(m)) }
    all.push(made)
    return made
  }
  const ofActor = (slot: number, step: Step<Actor>, isDue: boolean): Move =>
    move(actorNames[slot] ?? '', step, (m) => m.actors[slot] as Actor, isDue)
  const ofAttempt = (index: number, step: Step<Attempt>, isDue: boolean): Move =>
    move(`attempt ${index + 1}`, step, (m) => m.attempts[index] as Attempt, isDue)
  const ofMachine = (step: Step<null>): Move => move('the machine', step, () => null, false)
  const slots = [0, 1, 2]
  const attempts = [0, 1, 2, 3]
  return {
    all,
    actors: slots.map((slot) => places.map((steps) => steps.map((each) => ofActor(slot, each, true)))),
    launchers: attempts.map((i) => launcherSteps(rules).map((steps) => steps.map((each) => ofAttempt(i, each, true)))),
    programs: attempts.map((i) => programSteps().map((steps) => steps.map((each) => ofAttempt(i, each, true)))),
    wakings: attempts.map((i) => ofAttempt(i, wakes, true)),
    around: {
      commands: slots.flatMap((slot) => beginSteps(rules, slot).map((each) => ofActor(slot, each, false))),
      crashes: slots.map((slot) => ofActor(slot, crash, false)),
      mishaps: [
        ...attempts.flatMap((i) => mishapSteps(rules).map((each) => ofAttempt(i, each, false))),
        ...machineSteps(rules).map(ofMachine),
      ],
      reboots: rebootSteps.map(ofMachine),
    },
  }
}

/**
 * Calls `visit` with every move, due ones first; whether it is possible, `take` says. Stops when `visit` returns true;
 * until then `visit` leaves the machine as it was.
 */
export function eachMove(protocol: Protocol, m: Machine, visit: (move: Move) => boolean): void {
  const { actors, launchers, programs, wakings, around } = protocol
  if (visitAll(wakings, visit)) return
  for (const { slot, at: place } of m.actors) if (visitAll(actors[slot]?.[place], visit)) return
  for (const { id, launcher } of m.attempts) if (visitAll(launchers[id - 1]?.[launcher], visit)) return
  for (const { id, program } of m.attempts) if (visitAll(programs[id - 1]?.[program], visit)) return
  if (m.left.commands > 0 && visitAll(around.commands, visit)) return
  if (m.left.crashes > 0 && visitAll(around.crashes, visit)) return
  if (m.left.mishaps > 0 && visitAll(around.mishaps, visit)) return
  if (m.left.reboots > 0) visitAll(around.reboots, visit)
}

function visitAll(moves: readonly Move[] = [], visit: (move: Move) => boolean): boolean {
  for (const move of moves) if (visit(move)) return true
  return false
}
