// Launches a wave of tunnels (launch-protocol.md 1.3), the project's lock held. Crash argument: until state.json names
// the attempts nothing runs; then each launcher either claims its attempt on disk or never runs the program. So all that
// runs is on record, at any point where this process is killed.
import { systemCode } from '../../core/errors.ts'
import type { Arg, Problem, RunRecord, TunnelSpec } from '../../core/model.ts'
import { trafficVariable } from '../../core/relay.ts'
import { closeInheritedDescriptors } from '../process/inherited-descriptors.ts'
import { ownProgram } from '../process/own-program.ts'
import { launcherMark, newNonce } from '../process/nonce.ts'
import { openOrCreate } from '../files/read-file.ts'
import { keepEnvironment, type Inherited } from '../secrets/environment.ts'
import { escapeeOf } from './listener.ts'
import { launcherScript } from './launcher.ts'
import { beginRun, logSize } from '../logs/log-file.ts'
import { tolerating } from '../files/write-file.ts'
import { keptSecrets, privateFilePath, writePrivateFiles } from '../secrets/private-files.ts'
import { checkFiles, confirmedPortProblem, programProblem, unansweredSocket } from './preflight.ts'
import { forgetRun, readRunFile } from '../state/run-file.ts'
import { openLaunch, type OpenedLaunch } from '../secrets/open.ts'
import { attemptVariable, type Snapshot } from '../process/system/index.ts'
import { inheritedUmask, type World } from '../state/world.ts'
import { closeSync, delay, loopTurn, performance, spawn, writeSync } from '../machine.ts'

export interface LaunchRequest {
  spec: TunnelSpec
  inherited: Inherited
  counts: Pick<RunRecord, 'restarts' | 'tries' | 'refusals' | 'escaped'>
  /** Whether to prefer values kept by the last launch over the secrets' sources. */
  useKeptSecrets: boolean
  opened?: OpenedLaunch
  /** Why it must not be launched now: only recorded, to be launched later. */
  unmet?: Problem
}

/** `problem` null: launched (perhaps already exited). Otherwise not tried. Both are on record. */
type LaunchResult = { record: RunRecord; problem: Problem | null }

/** Checks, commits, spawns, and waits for every launcher's report. Never throws because of one tunnel. */
export async function launchWave(world: World, requests: readonly LaunchRequest[]): Promise<Map<string, LaunchResult>> {
  const prepared = await prepareAll(world, requests)
  // Not before: files and secrets may come from one (`-f /dev/fd/3`).
  if (world.ctx.isHosted !== true) closeInheritedDescriptors()
  commit(world, prepared)
  for (const launch of prepared) {
    if (launch.problem === null) {
      await start(world, launch)
      // libuv forks on this thread: without a loop turn in between, a hundred launches block it.
      await loopTurn()
    }
  }
  await awaitReports(world, prepared)
  recordPids(world, prepared)
  return new Map(prepared.map(({ record, problem }) => [record.name, { record, problem }]))
}

interface Prepared {
  spec: TunnelSpec
  record: RunRecord
  problem: Problem | null
  env: Record<string, string>
}

async function prepareAll(world: World, requests: readonly LaunchRequest[]): Promise<Prepared[]> {
  const snapshot = world.system.look()
  const prepared: Prepared[] = []
  for (const inherited of new Set(requests.map((request) => request.inherited))) keepEnvironment(world, inherited)
  for (const request of requests) prepared.push(await prepare(world, snapshot, request))
  return prepared
}

async function prepare(world: World, snapshot: Snapshot, request: LaunchRequest): Promise<Prepared> {
  const { spec, inherited } = request
  const record = newRecord(world, request)
  const refuse = (problem: Problem): Prepared => ({
    spec,
    record: { ...record, verdict: problem },
    problem,
    env: {},
  })

  const kept = request.useKeptSecrets ? keptSecrets(world, spec.name) : {}
  const opened =
    request.opened === undefined
      ? await openLaunch(spec.launch, { ...world.ctx.env }, kept)
      : { opened: request.opened }
  if ('problem' in opened) return refuse(opened.problem)
  // Its last lines are shown on failure and may contain its secrets.
  const { masks } = world.ctx
  masks.push(...Object.values(opened.opened.secrets).filter((value) => !masks.includes(value)))
  // A spread keeps a variable called `__proto__`; an assignment would lose it.
  const { program } = spec.launch
  const counts = typeof program === 'object' && 'entry' in program && program.entry === 'relay'
  const env = {
    ...inherited.variables,
    ...opened.opened.env,
    [attemptVariable]: record.attempt,
    ...(counts ? { [trafficVariable]: world.store.trafficOf(spec.name) } : {}),
  }

  // Before anything can fail: a later retry may have no one to ask.
  writePrivateFiles(world, spec.name, opened.opened.files, opened.opened.secrets)
  const obstacle =
    request.unmet ??
    programProblem(spec, env) ??
    escapeeOf(world, record)?.problem ??
    (await confirmedPortProblem(world, snapshot, spec))
  if (obstacle !== null) return refuse(obstacle)
  checkFiles(world, [spec.name], null)
  const path = world.store.logOf(spec.name)
  // Closed again: a wave of a thousand would run out of descriptors.
  const log = beginRun(path, spec.logs, record)
  const note = await unansweredSocket(spec.launch, env)
  if (note !== null) tolerating({ despiteWriteErrors: true }, () => writeSync(log.descriptor, note))
  closeSync(log.descriptor)
  return { spec, record: { ...record, logOffset: log.offset }, problem: null, env }
}

function newRecord(world: World, { spec, counts, inherited }: LaunchRequest): RunRecord {
  return {
    name: spec.name,
    attempt: newNonce(),
    fingerprint: spec.fingerprint,
    driver: spec.driver,
    endpoints: spec.endpoints,
    target: spec.target,
    startedAt: world.ctx.now(),
    bootId: world.system.bootId,
    pidNamespace: world.system.pidNamespace,
    ...counts,
    nextAt: null,
    waitsFor: null,
    sick: null,
    // One that is refused says nothing: the lines above are not its own.
    logOffset: logSize(world.store.logOf(spec.name)),
    ready: spec.ready,
    pids: { launcher: null, program: null },
    verdict: null,
    stoppingAt: null,
    environment: inherited.id,
  }
}

/** specs.json, then state.json, which puts the whole wave on record before anything runs. */
function commit(world: World, wave: readonly Prepared[]): void {
  const launched = world.store.readLaunched()
  const records = world.store.readRecords()
  const replaced = wave.flatMap(({ record }) => records.get(record.name)?.attempt ?? [])
  for (const { record, spec } of wave) {
    launched.set(record.name, { record, spec })
    records.set(record.name, record)
  }
  world.store.writeLaunched(launched)
  world.store.writeRecords(records)
  for (const nonce of replaced) forgetRun(world, nonce)
}

async function start(world: World, launch: Prepared): Promise<void> {
  const { spec, record, env } = launch
  const [program = '', ...args] = [spec.launch.program, ...spec.launch.args].flatMap((arg) =>
    expandArg(world, spec.name, arg),
  )
  const { store } = world
  const shellArgs = [
    '-c',
    launcherScript,
    launcherMark(record.attempt),
    store.runFile(record.attempt),
    store.pidFileOf(spec.name),
    inheritedUmask().toString(8).padStart(4, '0'),
    program,
    ...args,
  ]
  const log = openOrCreate(store.logOf(spec.name))
  try {
    const child = spawn('/bin/sh', shellArgs, {
      cwd: spec.launch.cwd,
      env,
      detached: true,
      stdio: ['ignore', log, 'ignore', log],
    })
    const failure = await new Promise<unknown>((resolve) => {
      child.once('spawn', () => {
        resolve(null)
      })
      child.once('error', resolve)
    })
    child.unref()
    if (failure !== null) spawnFailed(world, launch, failure)
  } catch (error) {
    // Node throws, rather than emits, for invalid arguments such as a NUL byte.
    spawnFailed(world, launch, error)
  } finally {
    closeSync(log)
  }
}

function spawnFailed(world: World, launch: Prepared, error: unknown): void {
  // Never its message: it contains the whole command line.
  const code = systemCode(error) ?? 'unknown error'
  const words: Record<string, string> = {
    EAGAIN: 'the process limit is reached (ulimit -u)',
    ENOMEM: 'out of memory',
    E2BIG: 'its arguments and environment are too large',
    EMFILE: 'too many files are open (ulimit -n)',
  }
  launch.problem = {
    code: 'start.refused',
    reason: `the system could not start it: ${words[code] ?? code}`,
    hint: null,
    heals: true,
  }
  launch.record.verdict = launch.problem
}

function expandArg(world: World, tunnel: string, arg: Arg): string[] {
  if (typeof arg === 'string') return [arg]
  if ('file' in arg) return [privateFilePath(world, tunnel, arg.file)]
  return ownProgram(arg.entry)
}

const reportLimitMs = 5000

/** Waits until each launcher has written `p` (a TERM before that could be lost) or `x`. */
async function awaitReports(world: World, wave: readonly Prepared[]): Promise<void> {
  const deadline = performance.now() + reportLimitMs
  let waiting = wave.filter(({ problem }) => problem === null)
  for (let pauseMs = 1; waiting.length > 0 && performance.now() < deadline; pauseMs = Math.min(pauseMs * 2, 20)) {
    await delay(pauseMs)
    waiting = waiting.filter(({ record }) => {
      const run = readRunFile(world.store.runFile(record.attempt))
      if (run.kind !== 'run' || (run.program === null && run.status === null)) return true
      record.pids = { launcher: run.launcher, program: run.program }
      return false
    })
  }
}

function recordPids(world: World, wave: readonly Prepared[]): void {
  const records = world.store.readRecords()
  for (const { record } of wave)
    if (records.get(record.name)?.attempt === record.attempt) records.set(record.name, record)
  world.store.writeRecords(records)
}
