import { statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, read } from '../support/rig.ts'

const border = /^a \| --- run of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ---$/

/** `a` says a word of each run, and dies within a line. */
async function twoRuns(): Promise<{ rig: Rig; log: string }> {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sh, -c, 'echo one; printf two; exec sleep 1000'], restart: no } }\n`)
  await rig.p2p('up')
  const { log } = await rig.line('a')
  await rig.until('it has spoken', () => read(log).endsWith('two'))
  rig.write(`tunnels: { a: { command: [sh, -c, 'echo three; exec sleep 1000'], restart: no } }\n`)
  return { rig, log }
}

test('logs shows where each run begins, and when', async () => {
  const { rig, log } = await twoRuns()
  await rig.p2p('up')
  await rig.until('it has spoken again', () => read(log).endsWith('three\n'))
  const lines = (await rig.look('logs')).stdout.trim().split('\n')
  expect(lines.map((line) => (border.test(line) ? '-' : line))).toEqual(['-', 'a | one', 'a | two', '-', 'a | three'])
  // It counts as no line of the program, and is none.
  expect((await rig.look('logs', '-n', '2')).stdout).toMatch(/^a \| two\n.*---\na \| three\n$/)
  expect((await rig.look('logs', '--no-log-prefix')).stdout).toBe('one\ntwo\nthree\n')
  expect((await rig.look('why', 'a')).stdout).not.toMatch(/run of|two/)
})

test('a run that says nothing has no border', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  for (let run = 0; run < 3; run += 1) await rig.p2p('restart')
  const { status, stdout, stderr } = await rig.look('logs', 'a')
  expect([status, stdout, stderr]).toEqual([0, '', 'note: a has printed nothing yet\n'])
})

test('up --attach shows no line of an earlier run', async () => {
  const { rig } = await twoRuns()
  const up = rig.start('up', '--attach')
  await up.says(/^a . three/m)
  up.signal('SIGINT')
  await up.exit
  expect(up.stdout).toBe('a | three\n')
})

test('up --attach shows of a tunnel that it keeps only what comes', async () => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels: { a: { command: ${program.command}, restart: no } }\n`)
  await rig.p2p('up')
  const a = await program.next()
  await a.print('before')
  const up = rig.start('up', '--attach')
  await up.says(/following the logs/)
  await a.print('after')
  await up.says(/after/)
  up.signal('SIGINT')
  await up.exit
  expect(up.stdout).toBe('a | after\n')
})

test('a run that never began has no lines: those of the run before are not its own', async () => {
  const port = await freePort()
  const rig = new Rig()
  const file = (more: string): string =>
    `tunnels: { a: { port: ${port}, command: [sh, -c, 'echo earl""ier; exit 3'], restart: no${more} } }\n`
  rig.write(file(''))
  await rig.p2p('up')
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  rig.write(file(', description: again'))
  await rig.p2p('up')
  expect(await rig.line('a')).toMatchObject({ code: 'port.taken' })
  expect((await rig.look('why', 'a')).stdout).not.toContain('earlier')
})

test('nothing to show is said, on stderr', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no }, b: { command: [sleep, '1000'] } }\n`)
  const said = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await rig.look(...args)
    expect([status, stdout]).toEqual([0, ''])
    return stderr
  }
  expect(await said('logs')).toBe('note: no tunnel has printed anything yet\n')
  expect(await said('logs', 'a')).toBe('note: a has printed nothing yet\n')
  expect(await said('events')).toBe('note: nothing has happened yet\n')
  expect(await said('events', 'a')).toBe('note: nothing has happened to a yet\n')
  await rig.p2p('up', 'a')
  expect(await said('events', '--since', '0s', 'b')).toBe('note: nothing has happened to b (--since 0s)\n')
  // Cut at max_size while it runs: what it said is in the older file.
  const { log } = await rig.line('a')
  writeFileSync(`${log}.1`, 'hello\n')
  truncateSync(log)
  expect(statSync(log).size).toBe(0)
  expect(await said('logs', 'a')).toBe(`note: nothing printed since the last cut at max_size; older lines: ${log}.1\n`)
  expect(await said('logs', '-n', '0', 'a')).toBe('')
})
