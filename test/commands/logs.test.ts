import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { described } from '../support/described.ts'
import { Rig, read } from '../support/rig.ts'

interface Line {
  tunnel: string
  attempt: string | null
  line: string
  time: string | null
  timeExact: boolean
}

async function lines(rig: Rig, ...args: string[]): Promise<Line[]> {
  const { status, stdout, stderr } = await rig.look('logs', '--json', ...args)
  if (status !== 0) throw new Error(stderr)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => described('log', line) as Line)
}

const said = (all: readonly Line[]): string[] => all.map(({ line }) => line)

/** The line once it has an exact time: then its watcher has noted it. */
async function exactly(rig: Rig, text: string): Promise<Line> {
  let found: Line | undefined
  await rig.until(`${text} has an exact time`, async () => {
    found = (await lines(rig)).find(({ line, timeExact }) => line === text && timeExact)
    return found !== undefined
  })
  return found as Line
}

const between = (from: number, { time }: Line, to: number): void => {
  const at = Date.parse(time ?? '')
  expect([at >= from - 2000, at <= to + 2000]).toEqual([true, true])
}

/** `a`, kept open, whose program does what the test says. */
async function keptOpen(more = ''): Promise<{ rig: Rig; program: Awaited<ReturnType<Rig['program']>>; log: string }> {
  const rig = new Rig({ TZ: 'UTC' })
  const program = await rig.program()
  rig.write(`tunnels: { a: { command: ${program.command}, restart: always${more} } }\n`)
  await rig.p2p('up')
  return { rig, program, log: (await rig.line('a')).log }
}

/** The same, and no one watches it. */
async function unwatched(): Promise<{ rig: Rig; program: Awaited<ReturnType<Rig['program']>>; log: string }> {
  const rig = new Rig({ TZ: 'UTC' })
  const program = await rig.program()
  rig.write(`tunnels: { a: { command: ${program.command}, restart: no } }\n`)
  await rig.p2p('up')
  return { rig, program, log: (await rig.line('a')).log }
}

test('a supervisor knows when a line came, and of which run', async () => {
  const { rig, program } = await keptOpen()
  const first = await program.next()
  const before = Date.now()
  await first.print('one')
  const after = Date.now()
  const one = await exactly(rig, 'one')
  between(before, one, after)
  await first.exit(1)
  const second = await program.next()
  await second.print('two')
  const two = await exactly(rig, 'two')
  // Earlier times have not been changed by later ones.
  expect(await lines(rig)).toEqual([one, two])
  expect(one).toMatchObject({ tunnel: 'a', attempt: expect.stringMatching(/^[0-9a-f]{32}$/) as string })
  expect(two.attempt).not.toBe(one.attempt)
  const { stdout } = await rig.look('logs', '-t')
  expect(stdout).toMatch(
    /---\na \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}one\n.*---\na \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}two\n$/,
  )
})

test('where no one watched, the start of the run is what is known', async () => {
  const { rig, program } = await unwatched()
  await (await program.next()).print('late')
  const { startedAt } = await rig.line('a')
  expect(await lines(rig)).toEqual([expect.objectContaining({ line: 'late', time: startedAt, timeExact: false })])
  const shown = String(startedAt).slice(0, 19).replace('T', ' ')
  expect((await rig.look('logs', '-t', '--no-log-prefix')).stdout).toBe(`~${shown} late\n`)
})

test('logs -f watches: it knows when a line came, also later', async () => {
  const { rig, program } = await unwatched()
  const a = await program.next()
  const follow = rig.start('logs', '-f', '-t')
  await follow.says(/nothing yet/)
  await a.print('heard')
  await follow.says(/a \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}heard/)
  await exactly(rig, 'heard')
  follow.signal('SIGINT')
  await follow.exit
  await a.print('unheard')
  expect((await lines(rig)).map(({ line, timeExact }) => [line, timeExact])).toEqual([
    ['heard', true],
    ['unheard', false],
  ])
})

test('--since and --until choose by time, and leave out nothing that may fit', async () => {
  const { rig, program } = await keptOpen()
  const a = await program.next()
  await a.print('one')
  const one = await exactly(rig, 'one')
  await rig.until('some seconds later', () => Date.now() > Date.parse(one.time ?? '') + 3000)
  await a.print('two')
  const two = await exactly(rig, 'two')
  const middle = new Date((Date.parse(one.time ?? '') + Date.parse(two.time ?? '')) / 2).toISOString()
  expect(said(await lines(rig, '--since', middle))).toEqual(['two'])
  expect(said(await lines(rig, '--until', middle))).toEqual(['one'])
  expect(said(await lines(rig, '--until', middle, '-n', '1'))).toEqual(['one'])
  expect(said(await lines(rig, '--since', '1h', '--until', '0s'))).toEqual(['one', 'two'])
  expect((await rig.look('logs', '--since', middle)).stdout).toBe('a | two\n')
  const none = await rig.look('logs', 'a', '--until', '1h')
  expect([none.status, none.stdout, none.stderr]).toEqual([0, '', 'note: a has printed nothing that fits --until 1h\n'])
  expect(said(await lines(rig, '--since', '0s'))).toEqual([])
})

test('of what no one watched, --since leaves out only what can not fit', async () => {
  const { rig, program } = await unwatched()
  const { startedAt } = await rig.line('a')
  await (await program.next()).print('late')
  const later = new Date(Date.parse(String(startedAt)) + 1).toISOString()
  expect(said(await lines(rig, '--since', later))).toEqual(['late'])
  expect(said(await lines(rig, '--since', '0s'))).toEqual([])
  expect(said(await lines(rig, '--until', '1h'))).toEqual([])
})

test('times that are none are refused', async () => {
  const rig = new Rig()
  rig.write('tunnels: { a: { command: [sleep, "1000"] } }\n')
  for (const flag of ['--since', '--until']) {
    const { status, stderr } = await rig.look('logs', flag, 'lunch')
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${flag} must be a duration or a time, not lunch`)])
  }
  const swapped = await rig.look('logs', '--since', '1m', '--until', '1h')
  expect([swapped.status, swapped.stderr]).toEqual([2, expect.stringContaining('--until 1h is before --since 1m')])
  expect((await rig.look('logs', '-f', '--until', '1m')).status).toBe(2)
})

test('--grep shows the lines that match, and -n counts only those', async () => {
  const { rig, log } = await unwatched()
  appendFileSync(log, 'good 1\nbad 1\ngood 2\nbad 2\n' + 'bad\n'.repeat(50_000) + 'good 3\nbad 3\n')
  const grep = async (...args: string[]): Promise<string> => (await rig.look('logs', '--no-log-prefix', ...args)).stdout
  expect(await grep('--grep', 'go+d')).toBe('good 1\ngood 2\ngood 3\n')
  expect(await grep('--grep', '^good', '-n', '2')).toBe('good 2\ngood 3\n')
  expect(await grep('--grep', 'good 1|bad 3')).toBe('good 1\nbad 3\n')
  expect(said(await lines(rig, '--grep', '\\d$', '-n', '3'))).toEqual(['bad 2', 'good 3', 'bad 3'])
  const none = await rig.look('logs', 'a', '--grep', 'ugly')
  expect([none.status, none.stdout, none.stderr]).toEqual([
    0,
    '',
    'note: a has printed nothing that fits --grep ugly\n',
  ])
})

test('logs -f --grep shows only what matches', async () => {
  const { rig, program } = await unwatched()
  const a = await program.next()
  const follow = rig.start('logs', '-f', '--grep', 'good')
  await follow.says(/nothing that fits/)
  await a.print('bad')
  await a.print('good')
  await follow.says(/good\n/)
  follow.signal('SIGINT')
  await follow.exit
  expect(follow.stdout).toMatch(/^a \| --- run of .* ---\na \| good\n$/)
})

test('--grep sees what is shown: no pattern finds a secret', async () => {
  const rig = new Rig({ TOKEN: 'hunter2hunter2' })
  rig.write(`tunnels:
  a:
    command: [sh, -c, 'echo "token $$T"; exec sleep 1000']
    environment: { T: { env: TOKEN } }
    restart: no
`)
  await rig.p2p('up')
  const { log } = await rig.line('a')
  await rig.until('it has spoken', () => read(log).includes('token'))
  expect((await rig.look('logs', '--grep', 'hunter')).stdout).toBe('')
  expect((await rig.look('logs', '--grep', String.raw`token \*\*\*`, '--no-log-prefix')).stdout).toBe('token ***\n')
  expect(said(await lines(rig))).toEqual(['token ***'])
})

test.each([
  ['(', 'is not a regular expression'],
  ['(a+)+$', 'could take very long'],
  ['(?=a)', 'could take very long'],
  ['', 'needs a value'],
])('--grep %s is refused', async (pattern, why) => {
  const rig = new Rig()
  rig.write('tunnels: { a: { command: [sleep, "1000"] } }\n')
  const { status, stderr } = await rig.look('logs', '--grep', pattern)
  expect([status, stderr]).toEqual([2, expect.stringContaining(why)])
})

test('--json escapes what a program says', async () => {
  const { rig, log } = await unwatched()
  appendFileSync(log, '\x1b[31m"red"\t\u009b\\\r\n\xff\xfe\n')
  const { stdout } = await rig.look('logs', '--json')
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(said(await lines(rig))).toEqual(['\x1b[31m"red"\t\u009b\\', '\u00ff\u00fe'])
})

test('nothing yet: --json prints nothing, and says so beside', async () => {
  const { rig } = await unwatched()
  const { status, stdout, stderr } = await rig.look('logs', '--json', 'a')
  expect([status, stdout, stderr]).toEqual([0, '', 'note: a has printed nothing yet\n'])
})

test('after a cut at max_size lines keep their run, and get times anew', async () => {
  const { rig, program, log } = await keptOpen(', logs: { max_size: 10KB, keep: 1 }')
  const a = await program.next()
  await a.print('one')
  const { attempt } = await exactly(rig, 'one')
  await a.print('x'.repeat(12_000))
  await rig.until('it is cut', () => read(log) === '')
  await a.print('two')
  expect(await exactly(rig, 'two')).toMatchObject({ attempt })
  expect(said(await lines(rig))).toEqual(['two'])
})

test('a damaged index costs only exactness', async () => {
  const { rig, program, log } = await unwatched()
  await (await program.next()).print('now')
  const [{ attempt } = { attempt: null }] = await lines(rig)
  const { startedAt } = await rig.line('a')
  const known = { line: 'now', attempt, time: startedAt, timeExact: false }
  const times = `${dirname(log)}/times`
  for (const text of ['', '\0\xff[1', '[[1,2]\n[99999999,1]\n', '[3,"x"]\n'.repeat(9)]) {
    writeFileSync(`${times}/log`, text)
    expect(await lines(rig)).toMatchObject([known])
  }
})

test('the log of an earlier build has the times of its borders, and the run on record', async () => {
  const { rig, program, log } = await unwatched()
  await (await program.next()).print('then')
  const { startedAt } = await rig.line('a')
  await rig.p2p('restart')
  await (await program.next()).print('now')
  const [, now] = await lines(rig)
  rmSync(`${dirname(log)}/times`, { recursive: true })
  const then = { line: 'then', attempt: null, time: startedAt, timeExact: false }
  expect(await lines(rig)).toMatchObject([then, now ?? {}])
})
