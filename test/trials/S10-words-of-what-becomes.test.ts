import { expect, test } from 'vitest'
import { drawTable } from '../../src/report/text/table.ts'
import { wrap } from '../../src/report/text/width.ts'
import { Rig } from '../support/rig.ts'

test('down of tunnels that are retried says that it ends the retries', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  pi: { command: [sh, -c, 'exit 1'] }
  web: { command: [sleep, '1000'], depends_on: [pi] }
`)
  await rig.p2p('up')
  const { status, stderr } = await rig.p2p('down')
  expect([status, stderr]).toEqual([0, expect.stringContaining('= web  not running; retries ended')])
  expect(stderr).toContain('2 no longer retried')
  expect((await rig.p2p('down')).stderr).toContain('nothing to close')
})

test('ps says what an opening tunnel waits for, as up does', async () => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels:
  listens: { port: auto, command: [sleep, '1000'] }
  speaks: { command: ${program.command}, ready: { log: ^up } }
  answers: { command: [sleep, '1000'], healthcheck: { command: ['false'] } }
  said: { command: [sh, -c, echo up; sleep 1000], ready: { log: up, command: ['false'] } }
`)
  const up = rig.start('up', '--no-wait')
  await up.exit
  const { port } = await rig.line('listens')
  expect(await rig.line('listens')).toMatchObject({
    state: 'opening',
    reason: `waiting for its listener on 127.0.0.1:${port}`,
  })
  const { state, reason } = await rig.line('speaks')
  expect([state, reason]).toEqual(['opening', expect.stringMatching(/^waiting for .*\^up/)])
  // What they need as well is there by and by: a second of uptime, a line.
  for (const name of ['answers', 'said'])
    await rig.lineThat(name, 'waits for its check', (line) => line.reason === 'waiting for success of false')
})

test('a long target is cut before it costs the other columns', async () => {
  const [head, row] = await drawTable(
    [
      { title: 'NAME', cells: ['web'], least: 6, keep: 1 },
      { title: 'TARGET', cells: ['sh -c '.padEnd(200, 'x')], drop: 3, least: 20, keep: -1 },
      { title: 'UPTIME', cells: ['12s'], drop: 2 },
      { title: 'RESTARTS', cells: ['0'], drop: 1 },
    ],
    80,
  )
  expect(head).toMatch(/^NAME +TARGET +UPTIME +RESTARTS$/)
  expect(row).toMatch(/^web +sh -c x+… +12s +0$/)
  expect(row?.length).toBeLessThanOrEqual(80)
})

test('evidence is wrapped, and nothing of it is lost', () => {
  const text = 'x process   '.concat(Array.from({ length: 30 }, (_, n) => `word${n}`).join(' '))
  const lines = wrap(text, 40, 12, (part) => part.length)
  expect(lines.every((line) => line.length <= 40)).toBe(true)
  expect(lines.slice(1).every((line) => line.startsWith(' '.repeat(12)))).toBe(true)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text)
  expect(wrap('y'.repeat(90), 40, 4, (part) => part.length).map(({ length }) => length)).toEqual([40, 40, 18])
})
