/** What is fuzzed: for each kind of input where good ones are, and how one is read. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, extname, join, relative } from 'node:path'
import { bugStatus } from '../../src/cli/exit-statuses.ts'
import { run } from '../../src/cli/run.ts'
import { loadProject } from '../../src/config/load.ts'
import { asYaml, resolvedTree } from '../../src/config/print/resolved.ts'
import { hintFor } from '../../src/core/decide/complaints.ts'
import { readExitMeaning, readOutputMeaning } from '../../src/core/decide/exit-meaning.ts'
import { nextStep } from '../../src/core/decide/supervision.ts'
import type { Context } from '../../src/core/context.ts'
import type { P2pError } from '../../src/core/errors.ts'
import type { TunnelSpec } from '../../src/core/model.ts'
import { diagnosticsJson } from '../../src/report/diagnostics.ts'
import { logPrinter } from '../../src/report/logs.ts'
import { oldSetupsIn } from '../../src/runtime/doctor/old-setups.ts'
import { LineReader } from '../../src/runtime/logs/line-reader.ts'
import { lastComplaint, logMatches, tailOfRun } from '../../src/runtime/logs/log-file.ts'
import { noiseFilter } from '../../src/runtime/logs/noise-filter.ts'
import { lastLineMatching, stageSince } from '../../src/runtime/logs/search.ts'
import { thisSystem } from '../../src/runtime/machine.ts'
import { takeLock } from '../../src/runtime/state/lock.ts'
import { sweepRuns } from '../../src/runtime/state/run-file.ts'
import { projectId } from '../../src/runtime/state/store.ts'
import { openWorld, type World } from '../../src/runtime/state/world.ts'
import { observe } from '../../src/runtime/tunnel/observe.ts'
import { setDamagedAside } from '../../src/runtime/tunnel/recover.ts'
import { contextIn, diagnosticsOf, freePorts, load } from '../config/support.ts'
import { importWith } from '../import/support.ts'
import { contextIn as runtimeContextIn } from '../runtime/support.ts'
import { fakeContext, input } from '../support/context.ts'
import type { Seed } from './mutate.ts'

export interface Target {
  kind: string
  seeds: Seed[]
  /** Whether most inputs should still parse as JSON. */
  json: boolean
  /** Before it is read. */
  prepare?: (input: Seed, place: string) => unknown
  /** Each reads it. `place`: a folder of its own. Anything thrown but a P2pError is a finding. */
  ways: ((input: Seed, place: string) => unknown)[]
}

const inputs = join(import.meta.dirname, 'inputs')
const tests = join(import.meta.dirname, '..')

/** Those in its folder of inputs, and these. */
function target(kind: string, more: Seed[], ...ways: Target['ways']): Target {
  return { kind, seeds: [...more, ...kept(kind)], json: false, ways }
}

function kept(kind: string): Seed[] {
  return readdirSync(inputs).includes(kind) ? filesIn(join(inputs, kind)) : []
}

function filesIn(folder: string, isMeant: (name: string) => boolean = () => true): Seed[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && isMeant(entry.name))
    .map(({ parentPath, name }) => ({ name, bytes: readFileSync(join(parentPath, name)) }))
}

export async function targets(): Promise<Target[]> {
  const specs = await recordedSpecs()
  return [
    target('p2p.yaml', [...filesIn(join(tests, '../examples'), isYaml), ...wrongProjects()], readProject),
    target('env', filesIn(join(tests, '../examples'), isEnv), readEnv),
    target(
      'provisioning',
      filesIn(join(tests, 'import/cases'), (name) => name.endsWith('.txt')),
      importFile,
    ),
    target(
      'script',
      filesIn(join(tests, 'import/cases'), (name) => /\.(?:sh|ps1)$/.test(name)),
      importFile,
    ),
    target('ssh-config', [], readSshConfig),
    target('output', filesIn(join(inputs, 'state/t')), ...specs.map((spec) => readOutputAs(spec))),
    ...stateTargets(),
  ]
}

const isYaml = (name: string): boolean => name.endsWith('.yaml')
const isEnv = (name: string): boolean => /\.env/.test(name)

/** The files that test/config/wrong holds between its headings. */
function wrongProjects(): Seed[] {
  return filesIn(join(tests, 'config/wrong')).flatMap(({ name, bytes }) => {
    const [, text] = /^-- p2p\.yaml --\n([^]*?)^-- /m.exec(bytes.toString('latin1')) ?? []
    return text === undefined ? [] : [{ name, bytes: Buffer.from(text, 'latin1') }]
  })
}

async function tellIfWrong(reading: Promise<unknown>): Promise<void> {
  try {
    await reading
  } catch (error) {
    await diagnosticsOf(error)
    diagnosticsJson((error as P2pError).details, [])
  }
}

async function readProject({ bytes }: Seed, place: string): Promise<void> {
  writeFileSync(join(place, 'p2p.yaml'), bytes)
  await tellIfWrong(load(place, { env: { HOME: '/home/me' } }).then((loaded) => asYaml(resolvedTree(loaded))))
}

const usesEnv = `
accounts: { default: { user: "\${HOST}", password: "\${PASSWORD}" } }
tunnels:
  a: { port: "\${PORT}", description: "\${QUOTED} \${LONG:-none}", tcp: { to: "\${HOST}:\${PORT}" } }
  b: { port: 81, connectd: { uid: 80:00:00:00:01:00:0A:C2 }, env_file: more.env, environment: { X: "\${BARE}" } }
`

async function readEnv({ bytes }: Seed, place: string): Promise<void> {
  writeFileSync(join(place, 'p2p.yaml'), usesEnv)
  for (const name of ['.env', 'more.env']) writeFileSync(join(place, name), bytes)
  await tellIfWrong(load(place))
}

async function importFile({ name, bytes }: Seed, place: string): Promise<void> {
  const file = `old${extname(name)}`
  writeFileSync(join(place, file), bytes)
  await importWith({ cwd: place }, { files: [file] })
  oldSetupsIn(place)
}

async function readSshConfig({ bytes }: Seed, place: string): Promise<void> {
  writeFileSync(join(place, 'p2p.yaml'), 'tunnels: { a: { ssh: { to: bastion } } }\n')
  const answer = bytes.toString('utf8')
  const ports = { ...freePorts, ask: () => answer }
  await tellIfWrong(load(place, { ports }).then((loaded) => asYaml(resolvedTree(loaded))))
}

// ------------------------------------------------------------------------------------------------------------------
// What programs print, and how they end.

/** Of every driver: what the recorded project declares. */
async function recordedSpecs(): Promise<TunnelSpec[]> {
  const { project } = await loadProject(contextIn(join(inputs, 'state')), { ports: freePorts })
  return project.tunnels
}

const readOutputAs =
  (spec: TunnelSpec) =>
  ({ bytes }: Seed, place: string): void => {
    const log = join(place, 'log')
    writeFileSync(log, bytes)
    const { logs } = spec
    const lastLines = tailOfRun(log, 0, logs)
    for (const status of [null, 1, 143, 255]) {
      readExitMeaning({ status, lastLines, ranMs: 100, opened: false, rebooted: false }, spec)
    }
    readOutputMeaning(new LineReader(log, 0).read(), spec)
    stageSince(log, 0, logs.stages)
    hintFor(lastComplaint(log, 0, Date.now(), logs), logs)
    for (const pattern of [logs.handshake, logs.traffic]) {
      if (pattern !== undefined) lastLineMatching(log, 0, new RegExp(pattern))
    }
    for (const condition of spec.ready.conditions) {
      if (condition.kind === 'log') logMatches(log, 0, condition.pattern)
    }
    const filter = noiseFilter(logs.noise === undefined ? null : new RegExp(logs.noise), () => undefined)
    const printer = logPrinter(fakeContext().stdout, ['a'], { prefix: true, masks: ['hunter2'] })
    for (let at = 0; at < bytes.length; at += 10_000) {
      filter.take(bytes.subarray(at, at + 10_000))
      printer.write('a', bytes.subarray(at, at + 10_000))
    }
    filter.end()
    printer.flush()
  }

// ------------------------------------------------------------------------------------------------------------------
// What p2p has recorded. Only read: a PID in it may be anybody's.

const recorded = join(inputs, 'state')
const attempt = 'runs/f4500bc77ee449205f2e7c4e15ef47d4'

/** Each file of a recorded state folder, wrong by itself. */
function stateTargets(): Target[] {
  const files = ['state.json', 'specs.json', 'desired.json', 'ports.json', 'project.json', 'runtime.json']
  const more = ['proofs.json', 'events.ndjson', 'lock.1', 'sup.1', attempt, `${attempt}.ready`, 't/pi/log']
  return [...files, ...more].map((file) => {
    const kind = file === attempt ? 'run' : basename(file)
    const whole = { name: basename(file), bytes: readFileSync(join(recorded, file)) }
    const json = whole.bytes.toString().startsWith('{')
    const prepare: Target['prepare'] = ({ bytes }, place) => recordProject(bytes, file, place)
    return { kind, seeds: [whole, ...kept(kind)], json, prepare, ways }
  })
}

const commands = [
  ...['ps', 'ps --json', 'ps --pids', 'ps --check', 'why pi', 'why db', 'why cache --json', 'why worker', 'why ended'],
  ...['events', 'events --json', 'logs', 'ls', 'ls --json', 'port pi', 'port worker', 'up --dry-run'],
  ...['up --recreate --dry-run', 'down --dry-run', 'export'],
]
const withoutFile = ['ps --json', 'why db', 'events', 'logs', 'down --dry-run']

const ways: Target['ways'] = [
  ...commands.map((command) => (_: Seed, place: string) => look(command, place)),
  ...withoutFile.map((command) => (_: Seed, place: string) => {
    rmSync(join(place, 'project/p2p.yaml'), { force: true })
    return look(command, place)
  }),
  // As the supervisor does.
  async (_, place) => {
    const world = await worldIn(place)
    const wanted = [...world.store.readDesired().values()].map(({ spec }) => spec)
    const around = { now: Date.now(), busy: new Set<string>(), problemSince: new Map<string, number>() }
    nextStep(wanted, observe(world, { specs: true }), { ...around, random: Math.random })
  },
  async (_, place) => {
    sweepRuns(await worldIn(place))
  },
  async (_, place) => setDamagedAside(await worldIn(place)),
  async (_, place) => {
    const { store, system, ctx } = await worldIn(place)
    const lock = { folder: store.folder, prefix: 'lock', system, command: 'p2p test' }
    ;(await takeLock(lock, 0, ctx.interrupted)).release()
  },
]

const keyIn = (place: string) => ({ name: 'kept', folder: join(place, 'project') })

function worldIn(place: string): Promise<World> {
  return openWorld(contextFor(place), keyIn(place), 'p2p test')
}

function contextFor(place: string): Context {
  const env = { P2P_STATE_DIR: join(place, 'state'), P2P_RUNTIME_DIR: join(place, 'run') }
  return runtimeContextIn(join(place, 'project'), env)
}

/** The recorded project as if it had run on this machine since its last boot; `file` holds these bytes instead. */
async function recordProject(bytes: Buffer, file: string, place: string): Promise<void> {
  const { bootId, pidNamespace } = await thisSystem()
  const now = { '@ROOT@': place, '@BOOT@': bootId, '@NS@': pidNamespace ?? '', '@HOST@': hostname() }
  const state = join(place, 'state/projects', projectId(keyIn(place)))
  for (const folder of ['state', 'run', 'project']) mkdirSync(join(place, folder), { mode: 0o700 })
  for (const entry of readdirSync(recorded, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const from = join(entry.parentPath, entry.name)
    const to = join(state, relative(recorded, from))
    const text = to === join(state, file) ? bytes.toString('latin1') : readFileSync(from, 'latin1')
    const filled = Object.entries(now).reduce((done, [name, value]) => done.replaceAll(name, value), text)
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, filled, 'latin1')
  }
  cpSync(join(recorded, 'p2p.yaml'), join(place, 'project/p2p.yaml'))
}

/** Runs a command that only reads, in this process. */
async function look(command: string, place: string): Promise<void> {
  const { cwd, env, stdout } = contextFor(place)
  let told = ''
  const status = await run({
    ...{ argv: ['--debug', ...command.split(' ')], cwd: () => cwd, env, stdin: input(), stdout, now: Date.now },
    stderr: { isTTY: false, columns: null, write: (text) => void (told += text) },
    interrupted: new AbortController().signal,
    masks: [],
  })
  if (status === bugStatus) throw new Error(`p2p ${command}: ${told}`)
}
