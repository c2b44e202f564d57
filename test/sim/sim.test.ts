import { expect, test } from 'vitest'
import * as machine from '../../src/runtime/machine.ts'
import { launcherScript } from '../../src/runtime/tunnel/launcher.ts'
import { bundle, compile, type NewProgram } from './build.ts'
import { steps } from './launcher.ts'
import { mistakes } from './mistakes.ts'
import { machineNames } from './names.ts'
import { runSchedule } from './schedule.ts'

const root = process.cwd()
const names = machineNames()

test('the simulated machine has what the real one has', () => {
  expect([...names].sort()).toEqual(Object.keys(machine).sort())
})

test('the played launcher takes the steps of the shell, in its order', () => {
  let at = 0
  for (const [step, text] of Object.entries(steps)) {
    const next = launcherScript.indexOf(text, at)
    expect(next, `${step}: ${text}`).toBeGreaterThanOrEqual(at)
    at = next
  }
})

test('a seed replays: the same steps, to the last', async () => {
  const newProgram = compile(await bundle(root, names))
  for (const seed of [2, 3, 5]) {
    const { trace } = runSchedule(seed, newProgram, true)
    expect(runSchedule(seed, newProgram, true).trace).toEqual(trace)
    expect(trace.length).toBeGreaterThan(50)
  }
})

test('everything holds, whatever happens', async () => {
  expect(firstFailure(compile(await bundle(root, names)), 1, 300)).toBeNull()
})

// Each was found by some seed; a seed means another schedule once the simulator changes, so the mistake is made again.
test.each(mistakes)('is found: $what', async ({ what, found, from = 1, ...edit }) => {
  const failure = firstFailure(compile(await bundle(root, names, [edit])), from, 20_000)
  expect(failure?.violation, what).toMatch(found)
})

function firstFailure(
  newProgram: NewProgram,
  first: number,
  count: number,
): { seed: number; violation: string } | null {
  for (let seed = first; seed < first + count; seed += 1) {
    const { violation } = runSchedule(seed, newProgram)
    if (violation !== null) return { seed, violation }
  }
  return null
}
