import { appendFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Program } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { described } from '../support/described.ts'

interface Told {
  at: string
  type: string
  name: string
  reason?: string
}

const sleeper = `
    command: [sleep, '1000']
    restart: no
`

async function told(rig: Rig, ...args: string[]): Promise<Told[]> {
  const { stdout } = await rig.look('events', '--json', ...args)
  return linesOf(stdout).map((line) => described('event', line) as Told)
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')
const story = (events: readonly Told[]): string[] => events.map(({ name, type }) => `${name} ${type}`)

test('what happened is told oldest first, of all or of some tunnels, as lines or as JSON', async () => {
  const rig = new Rig({ TZ: 'UTC' })
  rig.write(`tunnels:
  one:${sleeper}
  two:${sleeper}`)
  await rig.p2p('up', 'one')
  await rig.p2p('up', 'two')
  await rig.p2p('down', 'one')
  const all = await told(rig)
  expect(story(all).filter((step) => /open|stopped/.test(step))).toEqual(['one open', 'two open', 'one stopped'])
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort())

  expect(new Set((await told(rig, 'tw*')).map(({ name }) => name))).toEqual(new Set(['two']))
  const { stdout } = await rig.look('events', 'one')
  expect(linesOf(stdout).at(-1)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}one {2}closed after /)
  expect((await rig.look('events', 'three')).status).toBe(2)
})

test('--since leaves out what is older', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}`)
  await rig.p2p('up')
  const [first] = await told(rig)
  expect(await told(rig, '--since', '1h')).not.toEqual([])
  expect(await told(rig, '--since', '0s')).toEqual([])
  const later = new Date(Date.parse(first?.at ?? '') + 1).toISOString()
  const since = await told(rig, '--since', later)
  expect(since.length).toBeGreaterThan(0)
  expect(since.every(({ at }) => at >= later)).toBe(true)
  const wrong = await rig.look('events', '--since', 'lunch')
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain('--since 10m')
})

test('an end that the supervisor sees is told once, with what comes of it', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    command: [sleep, '1000']
`)
  await rig.p2p('up')
  process.kill(await rig.pid('web'), 'SIGKILL')
  await rig.happened('web', 'open', 2)
  const events = (await told(rig)).filter(({ type }) => ['open', 'exited', 'retrying'].includes(type))
  expect(story(events)).toEqual(['web open', 'web exited', 'web retrying', 'web open'])
  expect(events[1]).toMatchObject({ reason: 'killed by signal KILL', exitSignal: 'KILL', exitCode: null })
  expect(events[2]).toMatchObject({ tries: 1, waitsFor: null, reason: 'killed by signal KILL' })
})

test('what p2p itself closes never ended by itself', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:
    command: [sleep, '1000']
  b:
    command: [sleep, '1000']
`)
  await rig.p2p('up')
  await rig.p2p('down', 'a')
  await rig.p2p('restart', 'b')
  await rig.p2p('down')
  expect(story(await told(rig)).filter((step) => step.includes('exited'))).toEqual([])
})

test('-f goes on with what happens until Ctrl-C, and works without the file', async () => {
  const rig = new Rig()
  const file = rig.write(`tunnels:
  one:${sleeper}
  two:${sleeper}`)
  await rig.p2p('up', 'one')
  const [all, two] = [rig.start('events', '-f', '--json'), rig.start('events', '-f', '--json', 'two')]
  await all.says(/"open"/)
  await rig.p2p('up', 'two')
  await rig.until(
    'what happens is shown',
    () => all.stdout.includes('"name":"two","pid"') && two.stdout.includes('"open"'),
  )
  rmSync(file)
  await rig.p2p('down')
  await rig.until('also without the file', () => isOver(all) && isOver(two))
  expect(await interrupted(all)).toBe(0)
  expect(await interrupted(two)).toBe(0)
  expect(linesOf(two.stdout).every((line) => line.includes('"name":"two"'))).toBe(true)
  expect(story(await told(rig)).at(-1)).toMatch(/stopped/)
})

test('a torn last line is left out', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}`)
  await rig.p2p('up')
  const before = await told(rig)
  const log = rig.files('state').find((file) => file.endsWith('/events.ndjson')) ?? ''
  appendFileSync(log, '{"at":1795000000000,"attempt":nul')
  expect(await told(rig)).toEqual(before)
})

const isOver = ({ stdout }: Program): boolean => stdout.includes('"stopped","name":"two"')

async function interrupted(running: Program): Promise<number | null> {
  running.signal('SIGINT')
  return (await running.exit).status
}
