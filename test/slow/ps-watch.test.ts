import { expect, onTestFinished, test } from 'vitest'
import { openTerminal, type Screen } from '../support/terminal.ts'
import { mainFile } from '../support/process.ts'
import { Rig, until } from '../support/rig.ts'
import { described } from '../support/described.ts'

/** `p2p ps -w` in a terminal. */
function watch(rig: Rig, size: { columns: number; rows: number }, ...args: string[]): Screen {
  const env = { ...rig.env, TERM: 'xterm-256color' }
  const screen = openTerminal(process.execPath, [mainFile, 'ps', '-w', ...args], { ...size, cwd: rig.project, env })
  // Before the rig looks for what was left behind.
  onTestFinished(async () => {
    screen.kill()
    await screen.exited
  })
  return screen
}

const shows =
  (...patterns: RegExp[]) =>
  (lines: string[]): boolean =>
    patterns.every((pattern) => lines.some((line) => pattern.test(line)))

const sleepers = (...names: string[]): string =>
  `tunnels:\n${names.map((name) => `  ${name}: { command: [sleep, '1000'], restart: no }\n`).join('')}`

test('on a terminal it is drawn again as things change and time goes by, and leaves the terminal as it was', async () => {
  const rig = new Rig()
  rig.write(sleepers('one', 'two'))
  const seen = watch(rig, { columns: 80, rows: 24 })
  await seen.until(shows(/^NAME +STATUS/, /^one +closed/, /^two +closed/))
  await rig.p2p('up', 'one')
  // A line may be on the screen in part: only with its last column it is whole.
  const uptime = (lines: string[]): string | null =>
    lines.flatMap((line) => /^one +open.* (\d+s) +\d+$/.exec(line)?.[1] ?? [])[0] ?? null
  const before = uptime(await seen.until((lines) => uptime(lines) !== null && shows(/^two +closed/)(lines)))
  await seen.until((lines) => ![null, before].includes(uptime(lines)))
  await rig.p2p('down')
  await seen.until(shows(/^one +closed/))
  seen.type('\x03')
  expect(await seen.exited).toBe(0)
  const sent = seen.sent()
  for (const [off, on] of [
    ['\x1b[?25l', '\x1b[?25h'],
    ['\x1b[?1049h', '\x1b[?1049l'],
    ['\x1b[?7l', '\x1b[?7h'],
  ] as const) {
    expect(sent.lastIndexOf(on)).toBeGreaterThan(sent.lastIndexOf(off))
  }
  expect(seen.lines()).toEqual([])
})

test('as time goes by only the lines of what runs are sent again', async () => {
  const rig = new Rig()
  rig.write(sleepers('one', 'two'))
  const seen = watch(rig, { columns: 80, rows: 24 })
  await rig.p2p('up', 'two')
  await seen.until(shows(/^two +open .* 1s /))
  const sofar = seen.sent().length
  await seen.until(shows(/^two +open .* 3s /))
  const since = seen.sent().slice(sofar)
  expect(since).toContain('two')
  expect(since).not.toContain('one')
  expect(since).not.toContain('NAME')
})

test('a terminal that is made narrower and lower is filled anew, and no line wraps', async () => {
  const rig = new Rig()
  rig.write(sleepers(...Array.from({ length: 12 }, (_, index) => `tunnel-${index}`)))
  const seen = watch(rig, { columns: 100, rows: 24 })
  await seen.until(shows(/^tunnel-11 +closed/))
  seen.resize(30, 8)
  const lines = await seen.until(shows(/^\.\.\. and 6 more lines/))
  expect(lines).toHaveLength(8)
  expect(lines[0]).toMatch(/^NAME/)
  expect(lines[6]).toMatch(/^tunnel-5/)
})

test('in a pipe a table comes only when something changed', async () => {
  const rig = new Rig()
  rig.write(sleepers('one'))
  const watching = rig.start('ps', '-w')
  const lines = rig.start('ps', '-w', '--json')
  await until('the first table', () => /^one +closed/m.test(watching.stdout) && lines.stdout.includes('closed'))
  await rig.p2p('up')
  await until('it is open', () => /^one +open/m.test(watching.stdout) && lines.stdout.includes('"open"'))
  // Two seconds of uptime: looked at twice, and nothing to tell.
  await until('time goes by', async () => Number((await rig.line('one'))['uptimeSeconds']) >= 3)
  await rig.p2p('down')
  await until('it is closed', () => /open[^]*\none +closed/.test(watching.stdout))
  for (const running of [watching, lines]) {
    running.signal('SIGINT')
    expect((await running.exit).status).toBe(0)
  }
  const tables = watching.stdout.split(/^NAME.*\n/m).slice(1)
  const states = tables.map((table) => /^one +(\w+)/.exec(table)?.[1])
  expect(states[0]).toBe('closed')
  expect(states.at(-1)).toBe('closed')
  // Its PID comes a moment after its state; nothing else may be told twice.
  expect(states.filter((state) => state === 'open')).toHaveLength(1)

  const objects = lines.stdout.split('\n').filter((line) => line !== '')
  expect(objects.length).toBeGreaterThanOrEqual(3)
  for (const object of objects) described('ps', object)
})

test('--watch and --check cannot be used together', async () => {
  const rig = new Rig()
  rig.write(sleepers('one'))
  expect((await rig.p2p('ps', '-w', '--check')).status).toBe(2)
})
