import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'
import { openTerminal } from '../support/terminal.ts'
import { mainFile } from '../support/process.ts'
import { buildProgram, type Program } from './program.ts'

let program: Program
const home = mkdtempSync(join(tmpdir(), 'p2p-main-'))
const children = new Set<ChildProcess>()

beforeAll(async () => {
  program = await buildProgram()
})
afterEach(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => {
  program.remove()
  rmSync(home, { recursive: true })
})

const env = { PATH: process.env['PATH'] ?? '', HOME: home, P2P_STATE_DIR: join(home, 'state') }

interface Ended {
  status: number | null
  signal: string | null
  stdout: string
  stderr: string
}

function launch(
  args: string[],
  stdio: ('pipe' | 'ignore' | number)[],
  more: Record<string, string> = {},
): ChildProcess {
  const child = spawn(process.execPath, [program.main, ...args], { cwd: home, env: { ...env, ...more }, stdio })
  children.add(child)
  return child
}

async function ended(child: ChildProcess): Promise<Ended> {
  const [status, stdout, stderr] = await Promise.all([
    new Promise<[number | null, string | null]>((resolve) => {
      child.on('exit', (code, signal) => {
        resolve([code, signal])
      })
    }),
    child.stdout && !child.stdout.destroyed ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ])
  return { status: status[0], signal: status[1], stdout, stderr }
}

const p2p = (...args: string[]): Promise<Ended> => ended(launch(args, ['ignore', 'pipe', 'pipe']))

test('the version is the one it was built with', async () => {
  expect(await p2p('--version')).toEqual({ status: 0, signal: null, stdout: 'p2p 1.2.3\n', stderr: '' })
  expect(JSON.parse((await p2p('version', '--json')).stdout)).toEqual({ version: '1.2.3' })
})

test('a mistake ends with status 2, and says nothing on stdout', async () => {
  expect(await p2p('dwon')).toEqual({
    status: 2,
    signal: null,
    stdout: '',
    stderr: 'p2p: unknown command dwon\n     try: did you mean p2p down?\n',
  })
})

test('a reader that has gone is no failure', async () => {
  const child = launch(['help'], ['ignore', 'pipe', 'pipe'])
  child.stdout?.destroy()
  expect(await ended(child)).toMatchObject({ status: 0, stderr: '' })
})

test('a full disk behind stdout is told, with status 6', async () => {
  const full = openSync('/dev/full', 'w')
  const result = await ended(launch(['version'], ['ignore', full, 'pipe']))
  closeSync(full)
  expect(result).toMatchObject({ status: 6, stderr: 'p2p: standard output could not be written (ENOSPC)\n' })
})

test.each(['version', 'help', '--help'])(
  'a working folder that was deleted is told by %s, with status 6',
  async (word) => {
    const child = spawn(
      '/bin/sh',
      ['-c', 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$0" "$@"', process.execPath, program.main, word],
      {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    children.add(child)
    const { status, stderr } = await ended(child)
    expect(status).toBe(6)
    expect(stderr).toContain('does not exist any more')
  },
)

test('an output longer than a pipe holds arrives whole', async () => {
  const rig = new Rig()
  const word = 'y'.repeat(120_000)
  rig.write(`tunnels: { a: { command: [echo, ${word}] } }`)
  expect((await rig.p2p('config')).stdout).toContain(word)
})

describe('an interrupt', () => {
  /** Tells on descriptor 3 when the program waits for its standard input. */
  const tells = `data:text/javascript,${encodeURIComponent(`
    import { writeSync } from 'node:fs'
    const timer = setInterval(() => {
      if (process.listenerCount('SIGINT') === 0 || process.stdin.listenerCount('readable') === 0) return
      clearInterval(timer)
      writeSync(3, 'waiting')
    }, 5)
    timer.unref()`)}`

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends a wait in good order, with status %i', async (signal, status) => {
    const child = launch(['-f', '-', 'ps'], ['pipe', 'pipe', 'pipe', 'pipe'], { NODE_OPTIONS: `--import=${tells}` })
    const told = child.stdio[3]
    const waiting = new Promise<void>((resolve) => {
      told?.once('data', () => {
        resolve()
      })
    })
    const result = ended(child)
    await Promise.race([waiting, result.then((early) => Promise.reject(new Error(`ended early: ${early.stderr}`)))])
    child.kill(signal)
    expect(await result).toEqual({ status, signal: null, stdout: '', stderr: '' })
  })
})

test('on a terminal there is colour, and help is as wide as it', async () => {
  const screen = openTerminal(process.execPath, [program.main, 'dwon'], { columns: 60, rows: 20, cwd: home })
  await screen.exited
  expect(screen.sent()).toContain('\x1b[31mp2p: unknown command dwon')
  const help = openTerminal(process.execPath, [program.main, 'help', 'up'], { columns: 60, rows: 60, cwd: home })
  await help.exited
  expect(help.lines()).toContain('  -d, --detach                 Return when all are open,')
})

describe('what is loaded', () => {
  test('the program itself loads no package', () => {
    expect(program.packagesWith('src/main.ts')).toEqual([])
  })

  test('help loads yargs and nothing else', () => {
    expect(program.packagesWith('src/cli/help.ts')).toEqual(['yargs'])
  })

  test.each(['up', 'down', 'ps', 'logs'])('%s loads neither yargs nor execa, listr2 or ajv', (name) => {
    const loaded = program.packagesWith(`src/commands/${name}.ts`)
    for (const heavy of ['yargs', 'execa', 'listr2', 'ajv', 'ajv/dist/2020.js']) expect(loaded).not.toContain(heavy)
  })
})

test('started as people start it, --env-file is p2p’s own and not Node’s', async () => {
  const link = join(home, 'p2p')
  symlinkSync(mainFile, link)
  const path = `${dirname(process.execPath)}:${env.PATH}`
  const start = (file: string): Promise<Ended> => {
    const args = ['--env-file', file, 'version']
    const child = spawn(link, args, { cwd: home, env: { ...env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    return ended(child)
  }
  writeFileSync(join(home, 'odd.env'), 'NODE_OPTIONS=--no-such-option\n')
  for (const file of ['odd.env', 'missing.env']) {
    expect(await start(file)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^p2p /) as string })
  }
})
