import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const outcomes = `outcomes:
      - { log: "^lost (?<what>\\\\w+)", means: reopen, say: "its connection to {what} is dead" }
      - { log: "^denied", means: final, say: "its login was refused" }`

const oneLine = outcomes.replace(/\n\s*/g, ' ').replace('outcomes: - ', 'outcomes: [').replace(' - {', ', {') + ']'

/** Prints what is in the file `say` when it gets USR1, and lives on. */
const program = `[sh, -c, 'trap "cat say" USR1; echo started; while :; do sleep 0.05; done']`

test('a program that lives on after its connection died is reopened, and one that cannot succeed is not', async () => {
  const rig = new Rig()
  rig.write(`tunnels:\n  a:\n    command: ${program}\n    ${outcomes}\n`)
  rig.write('lost pod7\n', 'say')
  expect((await rig.p2p('up')).status).toBe(0)
  process.kill(await rig.pid('a'), 'SIGUSR1')
  await rig.happened('a', 'open', 2)
  expect(rig.events().find(({ type }) => type === 'exited')).toMatchObject({
    reason: 'its connection to pod7 is dead',
    code: 'outcome.reopen',
  })

  // The new attempt is not judged by lines of the old one.
  expect(await rig.lineThat('a', 'is open', ({ state }) => state === 'open')).toMatchObject({ restarts: 1 })
  rig.write(`${'x'.repeat(5000)}\nnothing denied\ndenied\n`, 'say')
  process.kill(await rig.pid('a'), 'SIGUSR1')
  const failed = await rig.lineThat('a', 'has failed', ({ state }) => state === 'failed')
  expect(failed).toMatchObject({ reason: 'its login was refused', code: 'outcome.final', nextRetryAt: null })
  expect((await rig.p2p('why', 'a')).stdout).toContain('its login was refused')
})

test('the same while it opens, and when it exits by itself', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  opening: { command: [sh, -c, 'echo denied; exec sleep 100'], ready: { log: never }, ${oneLine} }
  exiting: { command: [sh, -c, 'echo denied; exit 3'], ready: { log: never }, ${oneLine} }
  tracing: { command: [sh, -c, 'echo denied; seq 60; exit 3'], ready: { log: never }, ${oneLine} }
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  for (const name of ['opening', 'exiting', 'tracing'])
    expect(await rig.line(name)).toMatchObject({ state: 'failed', reason: 'its login was refused', nextRetryAt: null })
})

test.each([
  ['(a+)+$', 'can take more than linear time'],
  ['(?<=x)y', 'can take more than linear time'],
  ['(x)\\1', 'can take more than linear time'],
  ['(x', 'must be a JavaScript regular expression'],
])('a pattern like %s is refused by config', async (log, says) => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '9'], outcomes: [{ log: '${log}', means: final, say: no }] } }\n`)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
  expect(stderr).toContain('tunnels.a.outcomes[0].log')
})

test('config prints them, they change no fingerprint, and other programs have their own', async () => {
  const rig = new Rig()
  rig.write(`tunnels:\n  a:\n    command: [sleep, '1000']\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  rig.write(`tunnels:\n  a:\n    command: [sleep, '1000']\n    ${outcomes}\n`)
  expect((await rig.look('config')).stdout).toContain('means: final')
  expect((await rig.line('a')).config).toBe('in-sync')
  rig.write(`tunnels:\n  a:\n    port: 33999\n    tcp: { to: 'a:1' }\n    ${outcomes}\n`)
  expect((await rig.look('config')).stderr).toContain('is for a command')
  rig.write(`defaults:\n    ${outcomes}\ntunnels: { a: { port: 33999, tcp: { to: 'a:1' } }, b: { command: [x] } }\n`)
  const { status, stdout } = await rig.look('config')
  expect([status, stdout.split('means: final').length]).toEqual([0, 2])
})

test('what is said names only groups that there are', async () => {
  const rig = new Rig()
  const row = (say: string): string => `{ log: "(?<what>x)", means: final, say: "${say}" }`
  rig.write(`tunnels: { a: { command: [x], outcomes: [${row('{what} of {name}')}, ${row('{who}')}] } }`)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining('outcomes[1].say uses {who}, but log has no group')])
  expect(stderr).toContain('has 1 error')
})

test('colours that a program prints are no part of a reason', async () => {
  const rig = new Rig()
  const red = 'printf "\\033[31mlost\\033[0m \\033[1mpod7\\033[0m\\n"'
  rig.write(`tunnels:
  quick: { command: [sh, -c, '${red}; exit 3'], restart: 'no', ${oneLine} }
  lives: { command: [sh, -c, '${red}; exec sleep 1000'], restart: 'no', ready: { log: never }, ${oneLine} }
  plain: { command: [sh, -c, '${red}; exit 3'], restart: 'no', ready: { log: never } }
`)
  const { stderr } = await rig.p2p('up')
  expect(stderr).toContain('| lost pod7\n')
  for (const name of ['quick', 'lives']) expect((await rig.line(name)).reason).toBe('its connection to pod7 is dead')
})
