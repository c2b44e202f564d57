import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import type { ApplyResult, TunnelEvent } from '../../src/core/events.ts'
import { fingerprint } from '../../src/core/decide/fingerprint.ts'
import type { LaunchSpec, Project, TunnelSpec } from '../../src/core/model.ts'
import type { Goal } from '../../src/core/plan.ts'
import { apply } from '../../src/runtime/tunnel/apply.ts'
import { inheritedFrom } from '../../src/runtime/secrets/environment.ts'
import { openWorld, type World } from '../../src/runtime/state/world.ts'

/** A program that listens on 127.0.0.1:PORT and says so. */
export const listener = (port: number): string =>
  `require('net').createServer(s => s.pipe(s)).listen(${port}, '127.0.0.1', () => console.log('listening'))`

export interface Bench {
  folder: string
  world: World
  up: (
    tunnels: TunnelSpec[],
    more?: Partial<Extract<Goal, { want: 'up' }>>,
    options?: { wait?: boolean },
  ) => Promise<Ran>
  down: (names: string[], graceMs?: number) => Promise<Ran>
}

export interface Ran extends ApplyResult {
  events: TunnelEvent[]
  /** `name: type` of each event but `waiting`. */
  story: string[]
}

/** A project of its own in a folder of its own; everything it left running is closed when the test ends. */
export async function bench(env: Record<string, string> = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-runtime-'))
  const ctx = contextIn(folder, env)
  const world = await openWorld(ctx, { name: 'bench', folder }, 'p2p test')
  const run = async (goal: Goal, graceMs: number | null, wait: boolean): Promise<Ran> => {
    const events: TunnelEvent[] = []
    const outcomes = await apply(world, goal, {
      emit: (event) => events.push(event),
      inherited: inheritedFrom(ctx.env, []),
      wait,
      graceMs,
    })
    const story = events.filter(({ type }) => type !== 'waiting').map(({ name, type }) => `${name}: ${type}`)
    return { ...outcomes, events, story }
  }
  const known = new Set<string>()
  onTestFinished(async () => {
    await run({ want: 'down', names: [...known] }, 200, true)
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    world,
    up: (tunnels, more = {}, { wait = true } = {}) => {
      for (const { name } of tunnels) known.add(name)
      const names = tunnels.map(({ name }) => name)
      return run(
        { want: 'up', project: projectOf(folder, tunnels), names, recreate: 'changed', orphans: 'keep', ...more },
        null,
        wait,
      )
    },
    down: (names, graceMs) => run({ want: 'down', names }, graceMs ?? null, true),
  }
}

export function contextIn(folder: string, env: Record<string, string> = {}): Context {
  const silent = { write: () => undefined, isTTY: false, columns: null, colour: false }
  return {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      P2P_STATE_DIR: join(folder, 'state'),
      P2P_RUNTIME_DIR: join(folder, 'run'),
      ...env,
    },
    stdin: { isTTY: false, readAll: () => Promise.resolve(new Uint8Array()) },
    stdout: silent,
    stderr: silent,
    now: Date.now,
    interrupted: new AbortController().signal,
    masks: [],
    globals: {
      files: [],
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'auto',
      quiet: false,
      lockTimeoutMs: 30_000,
      debug: false,
    },
  }
}

/** A command tunnel; with a port it is open once it listens, else once it has lived for a moment. */
export function tunnel(
  name: string,
  argv: string[],
  more: Partial<TunnelSpec> & { port?: number; launch?: Partial<LaunchSpec> } = {},
): TunnelSpec {
  const { port, launch: launchMore, ...rest } = more
  const [program = '', ...args] = argv
  const launch: LaunchSpec = { program, args, env: {}, files: [], cwd: '/', ...launchMore }
  const endpoints = port === undefined ? [] : [{ host: '127.0.0.1', port }]
  return {
    name,
    driver: 'command',
    description: null,
    labels: {},
    url: null,
    profiles: [],
    needs: [],
    endpoints,
    target: argv.join(' '),
    ready: { conditions: port === undefined ? [{ kind: 'alive', ms: 50 }] : [{ kind: 'listen' }], timeoutMs: 20_000 },
    health: null,
    restart: { when: 'no', max: null },
    stop: { signal: 'TERM', graceMs: 5000 },
    logs: { maxBytes: 10_000_000, keep: 3 },
    outcomes: [],
    fingerprint: fingerprint({ launch, endpoints }),
    ...rest,
    launch,
  }
}

export function projectOf(folder: string, tunnels: TunnelSpec[]): Project {
  return {
    name: 'bench',
    folder,
    files: [],
    tunnels,
    active: tunnels.map(({ name }) => name),
    secretVariables: [],
    autoPorts: {},
  }
}
