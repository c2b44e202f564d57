/** Starts and stops the project's supervisor, a detached child tracked and launched like any tunnel. */
import { dirname } from 'node:path'
import { fingerprint } from '../../core/decide/fingerprint.ts'
import { supervisorName, type LaunchSpec, type TunnelSpec } from '../../core/model.ts'
import type { Inherited } from '../secrets/environment.ts'
import { forgetRecords } from './close.ts'
import { lockOwner, type LockPlace } from '../state/lock.ts'
import { isLauncher } from './attempt-processes.ts'
import { whyUnfit } from './find-supervisor.ts'
import { readRunFile } from '../state/run-file.ts'
import { stopTunnels } from './stop.ts'
import { isSignallable } from '../process/system/index.ts'
import type { World } from '../state/world.ts'
import { delay, performance, process } from '../machine.ts'

/** Lock held: a supervisor with nothing to do exits only while holding it, so neither side can miss the other. */
export async function keepSupervisor(world: World, inherited: Inherited | null): Promise<void> {
  if (!world.store.isSupervised()) {
    await endSupervisor(world)
    return
  }
  if (inherited === null) return
  const owner = lockOwner(lockOf(world))
  // After an upgrade the new build watches; tunnels do not notice.
  if (owner !== null && whyUnfit(world, owner) !== null) await endSupervisor(world)
  if (lockOwner(lockOf(world)) === null && !(await isStarting(world))) {
    const { launchWave } = await import('./launch.ts')
    const spec = supervisorSpec(world)
    await launchWave(world, [{ spec, inherited, counts: { restarts: 0, tries: 0 }, useKeptSecrets: false }])
  }
}

/** Whether one runs exactly where one is wanted, and is fit. */
export function isSupervisorAsWanted(world: World): boolean {
  const owner = lockOwner(lockOf(world))
  if (world.store.isSupervised()) return owner !== null && whyUnfit(world, owner) === null
  return owner === null && !world.store.readRecords().has(supervisorName)
}

/** Stops what a killed command left unclaimed, or a killed launcher alone: it must not start late as a second supervisor. */
async function isStarting(world: World): Promise<boolean> {
  const record = world.store.readRecords().get(supervisorName)
  if (record === undefined || record.bootId !== world.system.bootId) return false
  const run = readRunFile(world.store.runFile(record.attempt))
  if (run.kind === 'run' && run.status !== null) return false
  if (run.kind === 'run' && isLauncher(world.system.look(), run.launcher, record.attempt)) return true
  await stopTunnels(world, [{ record, policy: supervisorSpec(world).stop }])
  return false
}

/** Also one without a record: any process that holds the supervisor's lock. */
async function endSupervisor(world: World): Promise<void> {
  const record = world.store.readRecords().get(supervisorName)
  if (record !== undefined) {
    const results = await stopTunnels(world, [{ record, policy: supervisorSpec(world).stop }])
    if (results.get(supervisorName)?.survivors.length !== 0) return
    forgetRecords(world, [record], { despiteWriteErrors: true, comesBack: () => false })
  }
  await endLockOwner(world)
}

const leaveLimitMs = 3000

async function endLockOwner(world: World): Promise<void> {
  const place = lockOf(world)
  const owner = lockOwner(place)
  // On another machine or in another namespace: its PID means nothing here.
  if (owner?.pidNamespace !== world.system.pidNamespace || owner.bootId !== world.system.bootId) return
  if (!isSignallable(owner.pid) || owner.pid === process.pid) return
  try {
    process.kill(owner.pid, 'SIGTERM')
  } catch {
    // Already gone.
    return
  }
  const deadline = performance.now() + leaveLimitMs
  while (lockOwner(place)?.pid === owner.pid && performance.now() < deadline) await delay(10)
}

function lockOf({ store, system }: World): Omit<LockPlace, 'command'> {
  return { folder: store.folder, prefix: 'sup', system }
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
