// The launch protocol, tried in every order of every step within its bounds: see README.md. "As today" is a fault of src
// that is known: once src no longer does it, the rules of `today` in scopes.ts change, and its test with them.
import { describe, expect, test } from 'vitest'
import { launcherScript } from '../../src/runtime/tunnel/launcher.ts'
import { explore, type Exploration } from './explore.ts'
import type { Invariant } from './invariants.ts'
import { found } from './mistakes.ts'
import { mistakes, type Mistake, type Rules } from './rules.ts'
import { late, making, purged, restored, scopes, type Scope } from './scopes.ts'
import { formatTrace } from './trace.ts'

const showsTraces = process.env['P2P_MODEL_TRACES'] === '1'
const names = Object.keys(scopes) as Scope[]
const explored = new Map<Scope, Exploration>()

describe('the protocol holds', () => {
  test.each(names)('%s', (name) => {
    expectNone(exploreScope(name), scopes[name])
  })

  test('in more than a million states', () => {
    const states = names.map((name) => exploreScope(name).states)
    expect(states.reduce((sum, each) => sum + each)).toBeGreaterThan(1_000_000)
  })

  test('and no step of the model is there in vain', () => {
    const [first = [], ...others] = names.map((name) => exploreScope(name).unused)
    expect(first.filter((step) => others.every((unused) => unused.includes(step))).sort()).toEqual([
      // Only with a mistake, in the form `folder`, or with `--purge` (below).
      'deletes the lock of the dead',
      'exits, without another look under the lock',
      'makes the folder of the attempt',
      'removes the folder of the project, if nothing is on record',
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
  test('starts off the record when its void is removed after an hour', () => {
    expectHarm({ ...late, form: 'hour' }, 'what runs is on record')
  })

  test('or when the boot id is noted apart from state.json, where old files are swept', () => {
    expectHarm({ ...late, form: 'marker' }, 'what runs is on record')
  })

  test.each(['boot', 'folder'] as const)('never does in the form "%s" (today: boot)', (form) => {
    const rules = { ...late, form }
    expectNone(explore(rules), rules)
  })
})

describe('a launch that was interrupted before an older state.json was put back', () => {
  test('starts off the record while only launchers that have reported are adopted', () => {
    expectHarm({ ...restored, adopts: 'reported' }, 'what runs is on record')
  })

  test('is settled where all that specs.json names is adopted, as today', () => {
    expectNone(explore(restored), restored)
  })
})

describe('a folder that down --purge removes while others are at work', () => {
  const whole: Rules = { ...purged, purgeKeeps: [] }

  test('frees the lock of who made it again', () => {
    expectHarm(whole, 'one holder of the lock')
  })

  test('and lets a voided launcher start off the record, even if the locks stay', () => {
    expectHarm(whole, 'what runs is on record')
    expectHarm({ ...purged, purgeKeeps: ['locks'] }, 'what runs is on record')
  })

  test('lets two hold the lock even if each frees only its own, but not if the second listing looks below as well', () => {
    expectHarm({ ...whole, lock: 'own' }, 'one holder of the lock')
    const rules: Rules = { ...whole, lock: 'careful' }
    expectNone(explore(rules, 'one holder of the lock'), rules)
  })

  test('does neither if locks and voids stay, as today', () => {
    expectNone(explore(purged), purged)
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

function exploreScope(name: Scope): Exploration {
  const exploration = explored.get(name) ?? explore(scopes[name])
  explored.set(name, exploration)
  return exploration
}

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
