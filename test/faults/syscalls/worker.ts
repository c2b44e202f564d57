/**
 * Fails the system calls of one command after another, one call in each run of it, and says a line of JSON for each. Runs as
 * the only child of PID 1 in a PID namespace of its own (see ../syscalls.test.ts).
 */
import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { allCalls, callsIn, firstOwnLine, pointsIn, type Point } from './calls.ts'
import { Lab, read, secret, type Ran } from './lab.ts'

export interface Order {
  main: string
  actors: readonly Actor[]
  /** This worker takes each `of`th point, beginning with `share`. */
  share: number
  of: number
  seed: number
  /** Milliseconds for each actor; null: until all is done. */
  limit: number | null
}

export type Actor = 'up' | 'down' | 'restart' | 'ps' | 'supervisor'

/** `faults`: what was wrong. `hit` false: the call did not come in this run. */
export interface Case extends Point {
  actor: Actor
  hit: boolean
  status: number | null
  faults: string[]
}

const words: Record<string, RegExp> = {
  EACCES: /permission denied|not readable by this user|EACCES/,
  ENOSPC: /disk is full|no space|ENOSPC/,
  EIO: /input\/output error|EIO|disk it is on/,
  EMFILE: /too many (?:files are )?open|EMFILE/,
  EINTR: /interrupted|EINTR/,
  EAGAIN: /process limit|EAGAIN/,
  ENOMEM: /out of memory|ENOMEM/,
}

/** A supervisor is met at another point of its waiting each time. */
const attempts: Record<Actor, number> = { up: 2, down: 2, restart: 2, ps: 2, supervisor: 4 }

if (process.ppid !== 1) throw new Error('refused: it runs only in a PID namespace of its own')

const order = JSON.parse(process.argv[2] ?? '') as Order
const lab = new Lab(order.main, await freePort())
try {
  for (const actor of order.actors) {
    const begun = performance.now()
    const points = await reference(actor)
    say({ actor, points: points.length })
    const mine = shuffled(points, order.seed).filter((_, index) => index % order.of === order.share)
    for (const point of mine) {
      if (order.limit !== null && performance.now() - begun > order.limit) break
      say(await tried(actor, point))
    }
  }
} finally {
  await lab.end()
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** All points of a run in which nothing fails. */
async function reference(actor: Actor): Promise<Point[]> {
  await prepare(actor)
  const { trace } = await act(actor, ['-e', `trace=${allCalls.join()}`])
  const begin = actor === 'supervisor' ? 0 : trace.slice(0, trace.search(firstOwnLine)).split('\n').length
  const nodes = callsIn(trace.split('\n').slice(0, begin).join('\n'), lab.home)
  const last = new Map(nodes.map(({ name, nth }) => [name, nth]))
  const points = pointsIn(callsIn(trace, lab.home), ({ name, nth }) => nth > (last.get(name) ?? 0))
  const faults = await afterwards()
  if (faults.length > 0) throw new Error(`already without a fault: ${faults.join('; ')}`)
  return points
}

async function prepare(actor: Actor): Promise<void> {
  if (actor === 'up') lab.forget()
  else await lab.quick('up')
}

async function act(actor: Actor, options: readonly string[]): Promise<Ran & { trace: string }> {
  if (actor === 'supervisor') return await reopening(options)
  return lab.traced(options, actor, ...(actor === 'ps' ? ['--json'] : []))
}

/** A tunnel's program dies; the supervisor, traced, opens it again. */
async function reopening(options: readonly string[]): Promise<Ran & { trace: string }> {
  const file = join(lab.home, 'trace')
  const [supervisor, program] = [lab.look().supervisor[0], lab.look().one[0]]
  if (supervisor === undefined || program === undefined) throw new Error('nothing to reopen')
  const tracer = spawn('strace', ['-y', '-o', file, ...options, '-p', `${supervisor}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // Before anything is awaited: a supervisor that dies takes its tracer along.
  const ended = new Promise((resolve) => tracer.once('close', resolve))
  await new Promise((resolve) => tracer.stderr.once('data', resolve))
  signal(program, 'SIGKILL')
  await within(async () => {
    const { one, supervisor: alive } = lab.look()
    if (alive.length === 0) return true
    if (one[0] === undefined || one[0] === program) return false
    return (JSON.parse((await lab.quick('ps', '--json')).stdout) as Line[]).every(isOpen)
  })
  tracer.kill('SIGTERM')
  await ended
  const log = await lab.quick('logs', '@supervisor', '--no-log-prefix')
  return { status: 0, stdout: '', stderr: log.stdout, trace: read(file) }
}

async function tried(actor: Actor, point: Point): Promise<Case> {
  for (let attempt = 1; ; attempt += 1) {
    await prepare(actor)
    const { name, error, what } = point
    const ran = await act(actor, ['-e', `trace=${name}`, '-e', `inject=${name}:error=${error}:when=${point.nth}`])
    const calls = callsIn(ran.trace, lab.home)
    const hit = calls.find(({ injected }) => injected)
    const faults = [...faultsOf(actor, ran, { ...point, what: hit?.what ?? '' }), ...(await afterwards())]
    // Polls come in another number each time: count again, from the run just seen.
    const now = calls.find((call) => call.what === what)?.nth ?? point.nth
    if (hit?.what === what || faults.length > 0 || attempt === attempts[actor])
      return { ...point, what: hit?.what ?? what, actor, hit: hit?.what === what, status: ran.status, faults }
    point = { ...point, nth: now }
  }
}

/** What was wrong with how the command itself took it. */
function faultsOf(actor: Actor, ran: Ran, point: Point): string[] {
  const faults: string[] = []
  const { status, stdout, stderr } = ran
  if (point.what === '') return faults
  if ((stdout + stderr).includes(secret)) faults.push('the secret was shown')
  if (status === null || status === 70 || /is a bug|report it/.test(stderr)) faults.push(`exit ${status}: ${stderr}`)
  else if (status !== 0 && !namesCause(stderr, point)) faults.push(`exit ${status} without the cause: ${stderr}`)
  const seen = lab.look()
  if (status === 0 && actor === 'down' && seen.one.length + seen.two.length > 0)
    faults.push(`down said done, yet it runs: ${JSON.stringify(seen)}`)
  if (status === 0 && ['up', 'restart'].includes(actor) && !(seen.one.length === 1 && seen.two.length === 1))
    faults.push(`${actor} said done, yet: ${JSON.stringify(seen)}`)
  if (status === 0 && actor === 'ps' && !(JSON.parse(stdout) as Line[]).every(isOpen)) faults.push(`ps said ${stdout}`)
  return faults
}

interface Line {
  name: string
  state: string
  reason: string | null
}

function isOpen({ state }: Line): boolean {
  return state === 'open'
}

function namesCause(text: string, { error, what }: Point): boolean {
  // A call without a path, and parts of p2p itself, have no name that would help.
  const path = what.split(' ')[1] ?? ''
  const parts = (path.startsWith('#') || path.endsWith('.pack') ? '' : path)
    .split('/')
    .filter((part) => !['~', '', 'state', 'projects', 'run', 'PID', 'stdout', 'stderr'].includes(part))
  const named = parts.length === 0 || parts.some((part) => text.includes(part.replace(/(?:NONCE|TEMP|ID|N)\b.*/, '')))
  return words[error]?.test(text) === true && named
}

/** What the fault left behind: ps tells the truth, up converges, down leaves nothing. */
async function afterwards(): Promise<string[]> {
  const faults: string[] = []
  const truth = await agreement()
  if (truth !== null) faults.push(truth)
  const up = await lab.quick('up')
  if (up.status !== 0) faults.push(`then up: exit ${up.status}: ${up.stderr}`)
  if (!(await within(() => sameAs({ one: 1, two: 1, launcher: 3, supervisor: 1, other: 0 }))))
    faults.push(`after up: ${JSON.stringify(lab.look())}`)
  const down = await lab.quick('down')
  if (down.status !== 0) faults.push(`then down: exit ${down.status}: ${down.stderr}`)
  if (!(await within(() => sameAs({ one: 0, two: 0, launcher: 0, supervisor: 0, other: 0 }))))
    faults.push(`after down: ${JSON.stringify(lab.look())}`)
  if (lab.leftovers().length > 0) faults.push(`left: ${lab.leftovers().join(' ')}`)
  return faults
}

function sameAs(counts: Record<keyof ReturnType<Lab['look']>, number>): boolean {
  const seen = lab.look()
  return Object.entries(counts).every(([what, count]) => seen[what as keyof typeof seen].length === count)
}

/** Null: ps and the kernel say the same, at the latest when what is under way has settled. */
async function agreement(): Promise<string | null> {
  let said = ''
  const agree = await within(async () => {
    const { status, stdout, stderr } = await lab.quick('ps', '--json')
    const seen = lab.look()
    said = `ps exit ${status}: ${stdout}${stderr}, in truth ${JSON.stringify(seen)}`
    if (status !== 0) return false
    const lines = JSON.parse(stdout) as Line[]
    return (['one', 'two'] as const).every((name) => {
      const line = lines.find((line) => line.name === name)
      return seen[name].length === (line !== undefined && isOpen(line) ? 1 : 0)
    })
  })
  return agree ? null : said
}

async function within(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + 15_000
  for (;;) {
    if (await condition()) return true
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function signal(pid: number, name: 'SIGKILL'): void {
  if (Number.isSafeInteger(pid) && pid > 1) process.kill(pid, name)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The same order for the same seed (mulberry32). */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
