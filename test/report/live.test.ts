import { build } from 'esbuild'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TunnelEvent } from '../../src/core/events.ts'
import type { Action, Plan } from '../../src/core/plan.ts'
import { makeSpec } from '../support/tunnel.ts'
import { openTerminal, type Screen } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2p-live-'))
const program = join(folder, 'live.cjs')
let screen: Screen | null = null

beforeAll(async () => {
  await build({
    stdin: { contents: `require('./live-program.ts')`, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    outfile: program,
    logLevel: 'error',
  })
})
afterEach(() => {
  screen?.kill()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The program in a terminal, with its standard output in a file unless it is to be there too. */
async function open(columns: number, plan: Plan): Promise<{ screen: Screen; say: (event: TunnelEvent) => void }> {
  const opened = openTerminal('/bin/sh', ['-c', `"$0" "$1" >/dev/null`, process.execPath, program], {
    columns,
    rows: 24,
  })
  screen = opened
  await opened.until((lines) => lines.includes('ready'))
  opened.type(`${JSON.stringify(plan)}\n`)
  return {
    screen: opened,
    say: (event) => {
      opened.type(`${JSON.stringify(event)}\n`)
    },
  }
}

function start(name: string, after: number[] = []): Action {
  return { do: 'start', name, cause: 'not running', after, spec: makeSpec(name) }
}

const plan: Plan = { actions: [start('ssh-pi'), start('db', [0]), start('bad')], notices: [] }
const endpoints = [{ host: '127.0.0.1', port: 33000 }]
const refused = {
  code: 'port.taken',
  reason: 'port 33002 is already in use by postgres (PID 812)',
  hint: 'p2p ps',
  heals: true,
}

/** The live lines without spinner, mark and leading blanks. */
function live(lines: string[]): string[] {
  return lines.slice(1).map((line) => line.replace(/^\S\s/, ''))
}

test('each tunnel has its line while it opens, also where standard output is elsewhere', async () => {
  const { screen, say } = await open(80, plan)
  say({ type: 'starting', name: 'ssh-pi', cause: 'not running' })
  const begun = ['ssh-pi  opening: not running', 'db      waiting for ssh-pi', 'bad']
  await screen.until((lines) => live(lines).join() === begun.join())

  say({ type: 'waiting', name: 'ssh-pi', for: 'Proxy started.', ms: 400 })
  await screen.until((lines) => live(lines)[0] === 'ssh-pi  waiting for Proxy started. (0s)')
  // Nothing more is heard, and the wait is seen to go on.
  await screen.until((lines) => live(lines)[0] === 'ssh-pi  waiting for Proxy started. (2s)')

  say({ type: 'failed', name: 'bad', problem: refused, lastLines: [] })
  await screen.until((lines) => lines.some((line) => line.startsWith('x bad     failed: port 33002')))
  say({ type: 'open', name: 'ssh-pi', pid: 4711, endpoints, target: '10.0.0.5:80', ms: 2000 })
  await screen.until((lines) => lines.some((line) => line.startsWith('+ ssh-pi  open on 127.0.0.1:33000')))

  say({ type: 'skipped', name: 'db', cause: 'asked so' })
  screen.type('"finish"\n')
  expect(await screen.exited).toBe(0)
  // The live lines are gone, what lasts is the summary.
  expect(screen.lines()).toEqual([
    'ready',
    '+ ssh-pi  127.0.0.1:33000  -> 10.0.0.5:80  PID 4711  open after 2.0s',
    'x bad     port 33002 is already in use by postgres (PID 812)',
    '          try: p2p ps',
    '! db      not started: asked so',
    '1 opened, 1 failed, 1 not started; close it with: p2p down ssh-pi',
    'done',
  ])
  expect(screen.sent().lastIndexOf('\x1b[?25h')).toBeGreaterThan(screen.sent().lastIndexOf('\x1b[?25l'))
})

test('in 40 columns no line wraps, so nothing is left behind', async () => {
  const { screen, say } = await open(40, plan)
  say({ type: 'waiting', name: 'ssh-pi', for: 'its own listener on 127.0.0.1:33000 to appear', ms: 0 })
  await screen.until((lines) => lines.some((line) => line.includes('ssh-pi  waiting for its own')))
  say({ type: 'failed', name: 'bad', problem: refused, lastLines: [] })
  const lines = await screen.until(
    (lines) => lines.length === 4 && lines[3]?.startsWith('x bad     failed: port') === true,
  )
  for (const line of lines) expect(line.length).toBeLessThan(40)
  expect(lines[1]).toMatch(/…$/)
})

test('of many tunnels one line counts', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `tunnel-${index}`)
  const { screen, say } = await open(80, { actions: names.map((name) => start(name)), notices: [] })
  for (const name of names) say({ type: 'starting', name, cause: 'not running' })
  await screen.until((lines) => live(lines)[0] === '0 of 40 done; tunnel-0  opening: not running')
  for (const name of names.slice(0, 30)) say({ type: 'open', name, pid: 2, endpoints, target: 'x:1', ms: 1 })
  say({ type: 'failed', name: 'tunnel-30', problem: refused, lastLines: [] })
  const last = '30 of 40 done, 1 failed; tunnel-31  opening: not running'
  await screen.until((lines) => lines.length === 2 && live(lines)[0] === last)
})

test('with nothing to do nothing is drawn but the summary', async () => {
  const { screen, say } = await open(80, { actions: [], notices: [] })
  say({ type: 'kept', name: 'web', pid: 5, endpoints, target: 'x:1', cause: 'already open', open: true })
  screen.type('"finish"\n')
  expect(await screen.exited).toBe(0)
  expect(screen.lines()).toEqual([
    'ready',
    '= web  127.0.0.1:33000  -> x:1  PID 5  already open',
    'nothing to do, 1 already open; close it with: p2p down web',
    'done',
  ])
  expect(screen.sent()).not.toContain('\x1b[?25l')
})
