import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import type { ApplyResult, TunnelEvent } from '../../src/core/events.ts'
import type { TunnelSpec } from '../../src/core/model.ts'
import type { Goal } from '../../src/core/plan.ts'
import { apply } from '../../src/runtime/tunnel/apply.ts'
import { inheritedFrom } from '../../src/runtime/secrets/environment.ts'
import { openWorld, type World } from '../../src/runtime/state/world.ts'
import { fakeContext } from '../support/context.ts'
import { projectOf } from '../support/tunnel.ts'

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

interface Ran extends ApplyResult {
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
  return fakeContext(
    { lockTimeoutMs: 30_000 },
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        P2P_STATE_DIR: join(folder, 'state'),
        P2P_RUNTIME_DIR: join(folder, 'run'),
        ...env,
      },
      now: Date.now,
    },
  )
}
