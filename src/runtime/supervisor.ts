/** Starts and ends the project's supervisor: a tracked detached child like any tunnel, by the same launcher. */
import { dirname } from 'node:path'
import { fingerprint } from '../core/fingerprint.ts'
import { supervisorName } from '../core/model.ts'
import type { LaunchSpec, TunnelSpec } from '../core/model.ts'
import { wantsSupervisor } from '../core/supervision.ts'
import type { Inherited } from './environment.ts'
import { forgetRecords } from './close.ts'
import { isSupervised } from './observe.ts'
import { stopTunnels } from './stop.ts'
import type { World } from './world.ts'

/**
 * Sees to it that a supervisor runs if any wanted tunnel wants one, and that none runs otherwise. Lock held: a supervisor
 * that finds nothing to do leaves only while holding it, so neither side can miss the other.
 */
export async function keepSupervisor(world: World, inherited: Inherited | null): Promise<void> {
  const wanted = [...world.store.readDesired().values()].some(
    ({ want, spec }) => want === 'up' && wantsSupervisor(spec),
  )
  if (!wanted) {
    await endSupervisor(world)
  } else if (inherited !== null && !isSupervised(world)) {
    const { launchWave } = await import('./launch.ts')
    const spec = supervisorSpec(world)
    await launchWave(world, [{ spec, inherited, counts: { restarts: 0, tries: 0 }, useKeptSecrets: false }])
  }
}

async function endSupervisor(world: World): Promise<void> {
  const record = world.store.readRecords().get(supervisorName)
  if (record === undefined) return
  const { stop } = supervisorSpec(world)
  const results = await stopTunnels(world, [{ record, policy: stop }])
  if (results.get(supervisorName)?.survivors.length === 0) {
    forgetRecords(world, [record], { despiteWriteErrors: true, comesBack: () => false })
  }
}

function supervisorSpec(world: World): TunnelSpec {
  const launch: LaunchSpec = {
    program: { entry: 'supervise' },
    args: [world.key.name, world.key.folder],
    env: { P2P_STATE_DIR: world.root, P2P_RUNTIME_DIR: dirname(dirname(world.runtimeRoot)) },
    files: [],
    cwd: '/',
  }
  return {
    name: supervisorName,
    driver: 'command',
    description: null,
    labels: {},
    url: null,
    profiles: [],
    needs: [],
    endpoints: [],
    target: 'keeps the tunnels of this project open',
    launch,
    ready: { conditions: [], timeoutMs: 5000 },
    health: null,
    restart: { when: 'no', max: null },
    stop: { signal: 'TERM', graceMs: 3000 },
    logs: { maxBytes: 1_000_000, keep: 1 },
    outcomes: [],
    fingerprint: fingerprint({ launch, endpoints: [] }),
  }
}
