// The launch protocol, tried in every order of every step within its bounds: see README.md.
import { describe, expect, test } from 'vitest'
import { launcherScript } from '../../src/runtime/tunnel/launcher.ts'
import { explore, type Exploration } from './explore.ts'
import type { Invariant } from './invariants.ts'
import { found } from './mistakes.ts'
import { mistakes, type Mistake, type Rules } from './rules.ts'
import { late, making, restored, scopes } from './scopes.ts'
import { formatTrace } from './trace.ts'

const showsTraces = process.env['P2P_MODEL_TRACES'] === '1'
let states = 0
const unused: string[][] = []

describe('the protocol holds', () => {
  test.each(Object.entries(scopes))('%s', (_, rules: Rules) => {
    const exploration = explore(rules)
    states += exploration.states
    unused.push(exploration.unused)
    expectNone(exploration, rules)
  })

  test('in more than a million states', () => {
    expect(states).toBeGreaterThan(1_000_000)
  })

  test('and no step of the model is there in vain', () => {
    const [first = [], ...others] = unused
    expect(first.filter((name) => others.every((names) => names.includes(name)))).toEqual([
      // Only with a mistake, or in the form `folder`.
      'exits, without another look under the lock',
      'deletes the lock of the dead',
      'makes the folder of the attempt',
    ])
  })
})

describe('what if', () => {
  test.each(Object.entries(mistakes) as [Mistake, string][])('%s: %s', (mistake) => {
    const { scope, harm } = found[mistake]
    expectHarm(making(mistake, scope), harm)
  })
})

describe('a launcher that runs late', () => {
  test('starts off the record when its void is removed after an hour, as today', () => {
    expectHarm(late, 'what runs is on record')
  })

  test('or when the boot id is noted apart from state.json, where old files are swept', () => {
    expectHarm({ ...late, form: 'marker' }, 'what runs is on record')
  })

  test.each(['boot', 'folder'] as const)('never does in the form "%s"', (form) => {
    const rules = { ...late, form }
    expectNone(explore(rules), rules)
  })
})

describe('a launch that was interrupted before an older state.json was put back', () => {
  test('starts off the record while only launchers that have reported are adopted, as today', () => {
    expectHarm(restored, 'what runs is on record')
  })

  test('is settled where all that specs.json names is adopted', () => {
    const rules: Rules = { ...restored, adopts: 'named' }
    expectNone(explore(rules), rules)
  })
})

test('the launcher takes the steps of the model, in this order', () => {
  const order = ["trap 's=1' TERM", `'l %s\\n' "$$" >"$f"`, '[ "$s" ]', `"p %s\\n" "$$" >>`, 'exec "$@"', `'x %s\\n'`]
  const places = order.map((part) => launcherScript.indexOf(part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places).not.toContain(-1)
  // `>` creates exclusively.
  expect(launcherScript).toMatch(/^set \+eux -C;/)
})

function expectNone({ violation }: Exploration, rules: Rules): void {
  if (violation !== null) expect.fail(`\n${formatTrace(violation, rules)}`)
}

/** A mistake must lead to this harm, on a shortest way. */
function expectHarm(rules: Rules, harm: Invariant): void {
  const { violation } = explore(rules, harm)
  if (violation !== null && showsTraces) process.stdout.write(`\n${formatTrace(violation, rules)}\n`)
  expect(violation?.invariant).toBe(harm)
  expect(violation?.trace.length).toBeGreaterThan(0)
}
