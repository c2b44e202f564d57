import type * as childProcess from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync, fstatSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import type * as timers from 'node:timers/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LaunchSpec, Problem, RunRecord, SecretRef, TunnelSpec } from '../../../src/core/model.ts'
import { inheritedFrom } from '../../../src/runtime/secrets/environment.ts'
import { launchWave, type LaunchRequest } from '../../../src/runtime/tunnel/launch.ts'
import { launcherScript } from '../../../src/runtime/tunnel/launcher.ts'
import { makeRecord, tunnel } from '../../support/tunnel.ts'
import { table, type Table } from './process-table.ts'

interface Started {
  file: string
  args: string[]
  options: { cwd: string; env: Record<string, string>; detached: boolean; stdio: unknown[] }
  /** What its log is. */
  log: number
}

interface Machine {
  ms: number
  pauses: number[]
  /** Called when a launcher is started: what it does; what it returns is why it could not be. */
  onSpawn: (started: Started) => unknown
  onPause: () => void
}

const machine = vi.hoisted((): Machine => ({ ms: 0, pauses: [], onSpawn: () => undefined, onPause: () => undefined }))

// Nothing is started: what would be is handed to the test.
vi.mock('node:child_process', async (importOriginal) => ({
  ...(await importOriginal<typeof childProcess>()),
  spawn: (file: string, args: string[], options: Started['options']) => {
    const child = Object.assign(new EventEmitter(), { unref: () => undefined })
    const error = machine.onSpawn({ file, args, options, log: fstatSync(options.stdio[1] as number).ino })
    queueMicrotask(() => {
      if (error === undefined) child.emit('spawn')
      else child.emit('error', error)
    })
    return child
  },
}))

// Time passes only while somebody waits for it.
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof timers>()),
  setTimeout: (ms: number) => {
    machine.ms += ms
    machine.pauses.push(ms)
    machine.onPause()
    return Promise.resolve()
  },
}))

let lab: Table
let started: Started[]

beforeEach(() => {
  lab = table()
  const runtimeRoot = join(lab.world.root, 'run', 'p2p')
  const system = { ...lab.world.system, uid: process.getuid?.() ?? 0 }
  lab.world = { ...lab.world, system, runtimeRoot, privateFolder: join(runtimeRoot, 'lab') }
  started = []
  machine.ms = 0
  machine.pauses = []
  machine.onPause = () => undefined
  launchers((nonce, pid) => {
    lab.runFile(nonce, `l ${pid}\np ${pid + 1}\n`)
  })
  vi.spyOn(performance, 'now').mockImplementation(() => 1e6 + machine.ms)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** What a launcher does once it is started; what is returned is the error of its start. */
function launchers(run: (nonce: string, pid: number, one: Started) => unknown): void {
  machine.onSpawn = (one: Started) => {
    started.push(one)
    return run(one.options.env['P2P_ATTEMPT'] ?? '', 100 * started.length, one)
  }
}

function web({ port, launch = {} }: { port?: number; launch?: Partial<LaunchSpec> } = {}): TunnelSpec {
  const spec = tunnel('web', ['node', '--version'], port === undefined ? {} : { port })
  return { ...spec, launch: { ...spec.launch, ...launch } }
}
const inherited = inheritedFrom({ PATH: process.env['PATH'], LANG: 'C' }, [])

function requestOf(spec: TunnelSpec, more: Partial<LaunchRequest> = {}): LaunchRequest {
  return { spec, inherited, counts: { restarts: 2, tries: 3 }, useKeptSecrets: false, ...more }
}

async function launch(...requests: LaunchRequest[]): Promise<{ record: RunRecord; problem: Problem | null }[]> {
  return [...(await launchWave(lab.world, requests)).values()]
}

async function one(spec: TunnelSpec, more: Partial<LaunchRequest> = {}) {
  const [result] = await launch(requestOf(spec, more))
  if (result === undefined) throw new Error('nothing is said of it')
  return result
}

const recorded = (name: string): RunRecord | undefined => lab.world.store.readRecords().get(name)
const logOf = (name: string): string => readFileSync(lab.world.store.logOf(name), 'utf8')
const secret = (label: string, name: string): SecretRef => ({
  source: { from: 'env', name, envFiles: [] },
  label,
  limits: {},
  hint: `set ${name}`,
})

describe('a launch', () => {
  test('is a launcher in its session, which is told the attempt, its files and the command', async () => {
    const { record, problem } = await one(web())
    expect(problem).toBeNull()
    expect(record.attempt).toMatch(/^[0-9a-f]{32}$/)
    const { store } = lab.world
    const [{ file, args, options, log } = started[1] as never] = started
    expect([file, ...args]).toEqual([
      '/bin/sh',
      '-c',
      launcherScript,
      `p2p-shim/${record.attempt}`,
      store.runFile(record.attempt),
      store.pidFileOf('web'),
      '0077',
      'node',
      '--version',
    ])
    expect(options).toMatchObject({
      cwd: '/',
      detached: true,
      stdio: ['ignore', expect.any(Number), 'ignore', expect.any(Number)],
    })
    expect(options.stdio[1]).toBe(options.stdio[3])
    expect(log).toBe(statSync(store.logOf('web')).ino)
    expect(options.env).toEqual({ ...inherited.variables, P2P_ATTEMPT: record.attempt })
  })

  test('leaves no descriptor open', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length
    const before = open()
    await launch(requestOf(web()), requestOf(tunnel('db', ['node'])))
    launchers(() => new Error('no'))
    await one(web())
    expect(open()).toBe(before)
  })

  test('is on record, with its declaration, before anything runs; its PIDs are once it reports', async () => {
    let seen: unknown
    launchers((nonce, pid) => {
      const { store } = lab.world
      seen = [recorded('web'), store.readLaunched().get('web')?.spec.name]
      lab.runFile(nonce, `l ${pid}\np ${pid + 1}\n`)
    })
    const spec = web({ port: 34567 })
    const { record } = await one(spec)
    const { world } = lab
    expect(seen).toEqual([{ ...record, pids: { launcher: null, program: null } }, 'web'])
    expect(record).toEqual({
      name: 'web',
      attempt: record.attempt,
      fingerprint: spec.fingerprint,
      driver: 'command',
      endpoints: spec.endpoints,
      target: spec.target,
      startedAt: record.startedAt,
      bootId: 'boot',
      pidNamespace: null,
      restarts: 2,
      tries: 3,
      nextAt: null,
      waitsFor: null,
      sick: null,
      logOffset: logOf('web').length,
      ready: spec.ready,
      pids: { launcher: 100, program: 101 },
      verdict: null,
      stoppingAt: null,
      environment: inherited.id,
    })
    expect(recorded('web')).toEqual(record)
    expect(readdirSync(world.privateFolder)).toEqual([`env-${inherited.id}.json`])
  })

  test('replaces the record before it, whose run file goes; the others stay', async () => {
    const { store } = lab.world
    const old = makeRecord(web(), { attempt: 'a'.repeat(32) })
    const other = makeRecord(tunnel('db', ['node']), { attempt: 'b'.repeat(32) })
    store.writeRecords(
      new Map([
        ['web', old],
        ['db', other],
      ]),
    )
    store.writeLaunched(new Map([['db', { record: other, spec: tunnel('db', ['node']) }]]))
    for (const { attempt } of [old, other]) lab.runFile(attempt, 'l 7\np 8\nx 0\n')
    const { record } = await one(web())
    expect([recorded('web')?.attempt, recorded('db')]).toEqual([record.attempt, other])
    expect([...store.readLaunched().keys()].sort()).toEqual(['db', 'web'])
    expect(readdirSync(store.runs).sort()).toEqual([record.attempt, other.attempt].sort())
  })

  test('of several is one wave: all are on record before the first runs', async () => {
    launchers((nonce, pid) => {
      expect([...lab.world.store.readRecords().keys()].sort()).toEqual(['db', 'web'])
      lab.runFile(nonce, `l ${pid}\np ${pid + 1}\n`)
    })
    const results = await launch(requestOf(web()), requestOf(tunnel('db', ['node'])))
    expect(results.map(({ record }) => [record.name, record.pids])).toEqual([
      ['web', { launcher: 100, program: 101 }],
      ['db', { launcher: 200, program: 201 }],
    ])
  })
})

describe('arguments, variables and files', () => {
  test('paths that only this machine knows are put in', async () => {
    const files = [{ name: 'key', content: 'text' }]
    await one(web({ launch: { program: 'node', args: [{ file: 'key' }, { entry: 'relay' }, 'x'], files } }))
    const words = started[0]?.args.slice(7) ?? []
    expect(words[0]).toBe(join(lab.world.privateFolder, 't', 'web', 'key'))
    expect(readFileSync(words[0] ?? '', 'utf8')).toBe('text')
    expect(words.slice(1, -2)).toContain(process.execPath)
    expect(words.at(-2)).toMatch(/children\/relay\.js$/)
    expect(words.at(-1)).toBe('x')
  })

  test('its own variables win over inherited ones, and nothing wins over the attempt', async () => {
    const { record } = await one(web({ launch: { env: { LANG: 'de', P2P_ATTEMPT: 'mine', __proto__x: '1' } } }))
    expect(started[0]?.options.env).toMatchObject({ LANG: 'de', P2P_ATTEMPT: record.attempt })
  })

  test('secrets are opened, kept for the next launch, and masked from now on', async () => {
    const env: Record<string, string> = { ...inherited.variables, PASSWORD: 'open-sesame' }
    lab.world = { ...lab.world, ctx: { ...lab.world.ctx, env } }
    const spec = web({ launch: { env: { TOKEN: [secret('its token', 'PASSWORD')] } } })
    lab.world.ctx.masks.push('other')
    await one(spec)
    await one(spec)
    expect(started.map(({ options }) => options.env['TOKEN'])).toEqual(['open-sesame', 'open-sesame'])
    expect(lab.world.ctx.masks).toEqual(['other', 'open-sesame'])

    delete env['PASSWORD']
    expect((await one(spec, { useKeptSecrets: true })).problem).toBeNull()
    expect(started[2]?.options.env['TOKEN']).toBe('open-sesame')
    // A command asks anew, and what it was not given it does not have.
    expect((await one(spec)).problem).toMatchObject({ code: 'secret.missing' })
    expect(started).toHaveLength(3)
  })

  test('what was opened beforehand is not opened again', async () => {
    const opened = { env: { TOKEN: 'early' }, files: new Map([['key', 'k']]), secrets: { 'its token': 'early' } }
    await one(web({ launch: { env: { TOKEN: [secret('its token', 'NONE')] } } }), { opened })
    expect(started[0]?.options.env['TOKEN']).toBe('early')
    expect(readFileSync(join(lab.world.privateFolder, 't', 'web', 'key'), 'utf8')).toBe('k')
  })

  test('a socket of which nobody answers is named in its log, and it is launched', async () => {
    const path = join(lab.world.root, 'agent')
    const launchMore = { env: { SSH_AUTH_SOCK: path }, sockets: { SSH_AUTH_SOCK: 'ssh-agent' } }
    const { record } = await one(web({ launch: launchMore }))
    const said = `p2p: no ssh-agent answers at ${path} (SSH_AUTH_SOCK)\n`
    expect(logOf('web').endsWith(said)).toBe(true)
    // It is of this run.
    expect(record.logOffset).toBe(logOf('web').length - said.length)
    expect(started).toHaveLength(1)
  })
})

describe('what is not tried is on record with its reason', () => {
  const unmet: Problem = { code: 'needs.closed', reason: 'db is not open', hint: null, heals: true }

  /** Refused: nothing is started, its log says nothing. */
  async function refused(spec: TunnelSpec, more: Partial<LaunchRequest> = {}): Promise<Problem | null> {
    const { record, problem } = await one(spec, more)
    expect(problem).not.toBeNull()
    expect(record).toMatchObject({ verdict: problem, pids: { launcher: null, program: null } })
    expect(recorded(spec.name)).toEqual(record)
    expect([started, machine.pauses]).toEqual([[], []])
    expect(existsSync(lab.world.store.logOf(spec.name))).toBe(false)
    return problem
  }

  test('what it needs', async () => {
    expect(await refused(web(), { unmet })).toEqual(unmet)
  })

  test('its program, or its folder', async () => {
    const gone = tunnel('web', ['no-such-program-here'])
    expect(await refused(gone)).toMatchObject({ code: 'program.missing' })
    // What it waits for comes first.
    expect(await refused(gone, { unmet })).toEqual(unmet)
    expect(await refused(web({ launch: { cwd: join(lab.world.root, 'gone') } }))).toMatchObject({ code: 'cwd.missing' })
    // Its own variables say where programs are.
    expect(await refused(web({ launch: { env: { PATH: '/nowhere' } } }))).toMatchObject({ code: 'program.missing' })
  })

  test('its secrets', async () => {
    const spec = web({ launch: { files: [{ name: 'key', content: [secret('its key', 'NO_KEY')] }] } })
    expect(await refused(spec)).toMatchObject({ code: 'secret.missing', heals: false })
  })

  test('what escaped from its last run and serves its port', async () => {
    const spec = web({ port: 34567 })
    lab.listeners.push({ socket: 's1', host: '127.0.0.1', port: 34567 })
    const escaped = ['s1']
    expect(await refused(spec, { counts: { restarts: 0, tries: 0, escaped } })).toMatchObject({
      code: 'stop.still-served',
    })
    expect(await refused(spec)).toMatchObject({ code: 'port.taken' })
    lab.listeners.pop()
    expect((await one(spec)).problem).toBeNull()
  })

  test('the others of its wave are launched', async () => {
    const results = await launch(requestOf(tunnel('db', ['no-such-program-here'])), requestOf(web()))
    expect(results.map(({ problem }) => problem?.code ?? null)).toEqual(['program.missing', null])
    expect(started).toHaveLength(1)
    expect(recorded('web')?.pids.launcher).toBe(100)
  })
})

describe('what the system does not start', () => {
  test.each([
    ['EAGAIN', 'the process limit is reached (ulimit -u)'],
    ['ENOMEM', 'out of memory'],
    ['E2BIG', 'its arguments and environment are too large'],
    ['EMFILE', 'too many files are open (ulimit -n)'],
    ['EXDEV', 'EXDEV'],
    [null, 'unknown error'],
  ])('%s: is said in words, without its command line, and nobody waits for it', async (code, words) => {
    launchers(() => Object.assign(new Error('spawn node --token hidden'), code === null ? {} : { code }))
    const { record, problem } = await one(web())
    expect(problem).toEqual({
      code: 'start.refused',
      reason: `the system could not start it: ${words}`,
      hint: null,
      heals: true,
    })
    expect(record.verdict).toEqual(problem)
    expect(recorded('web')).toEqual(record)
    expect(machine.pauses).toEqual([])
  })

  test('thrown rather than told: the same, and the others are launched', async () => {
    launchers((nonce, pid, { options }) => {
      if (options.cwd !== '/') throw Object.assign(new Error('a NUL byte in hidden'), { code: 'ERR_INVALID_ARG_VALUE' })
      lab.runFile(nonce, `l ${pid}\np ${pid + 1}\n`)
    })
    const results = await launch(requestOf(web({ launch: { cwd: '/tmp' } })), requestOf(tunnel('db', ['node'])))
    expect(results.map(({ problem }) => problem?.reason ?? null)).toEqual([
      'the system could not start it: ERR_INVALID_ARG_VALUE',
      null,
    ])
  })
})

describe('the report of a launcher', () => {
  /** Writes these one after the other, one a pause. */
  function writes(...texts: string[]): void {
    launchers((nonce) => {
      machine.onPause = () => {
        const text = texts.shift()
        if (text !== undefined) lab.runFile(nonce, text)
      }
    })
  }

  test('is waited for until it names the program: a TERM before that could be lost', async () => {
    writes('', 'l 100\n', 'l 100\np 10', 'l 100\np 101\n')
    expect((await one(web())).record.pids).toEqual({ launcher: 100, program: 101 })
    // Soon at first, then less often.
    expect(machine.pauses).toEqual([1, 2, 4, 8])
  })

  test('or says that it has ended already', async () => {
    writes('l 100\n', 'l 100\nx 143\n')
    expect((await one(web())).record.pids).toEqual({ launcher: 100, program: null })
    expect(machine.pauses).toHaveLength(2)
  })

  test('that never comes is given up after five seconds; it may still come', async () => {
    writes()
    const { record, problem } = await one(web())
    expect([record.pids, problem]).toEqual([{ launcher: null, program: null }, null])
    expect(machine.ms).toBeGreaterThanOrEqual(5000)
    expect(machine.ms).toBeLessThan(5100)
    expect(Math.max(...machine.pauses)).toBe(20)
  })

  test('of one does not wait for the other: both get their own', async () => {
    launchers((nonce, pid) => {
      if (pid === 100) lab.runFile(nonce, 'l 100\np 101\n')
    })
    const results = await launch(requestOf(web()), requestOf(tunnel('db', ['node'])))
    expect(results.map(({ record }) => record.pids.program)).toEqual([101, null])
  })

  test('of an attempt that is no longer on record changes nothing there', async () => {
    const newer = makeRecord(web(), { attempt: 'c'.repeat(32) })
    launchers((nonce) => {
      lab.world.store.writeRecords(new Map([['web', newer]]))
      lab.runFile(nonce, 'l 100\np 101\n')
    })
    await one(web())
    expect(recorded('web')).toEqual(newer)
  })
})

describe('files that a launch writes', () => {
  test('are looked at before it: a folder in place of its pid file is refused', async () => {
    const { store } = lab.world
    mkdirSync(store.tunnelFolder('web'), { recursive: true, mode: 0o700 })
    mkdirSync(store.pidFileOf('web'))
    await expect(launch(requestOf(web()))).rejects.toMatchObject({ code: expect.stringMatching(/^state\./) as string })
    expect(started).toEqual([])
  })

  test('a line that the last run left open is ended', async () => {
    const { store } = lab.world
    mkdirSync(store.tunnelFolder('web'), { recursive: true, mode: 0o700 })
    writeFileSync(store.logOf('web'), 'torn', { mode: 0o600 })
    const { record } = await one(web())
    expect(logOf('web').startsWith('torn\n')).toBe(true)
    expect(record.logOffset).toBe(logOf('web').length)
  })
})
