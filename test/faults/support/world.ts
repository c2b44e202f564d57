/**
 * One case's world: folders, a project and a marker of its own, the real built p2p, a secret that must not show, and a
 * stranger that must not be touched.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { onTestFinished, test } from 'vitest'
import { freePort } from '../../support/ports.ts'
import { mainFile, startCommand, type Program, type Ran } from '../../support/process.ts'
import { Rig, pidOf, read } from '../../support/rig.ts'
import { recordFigures, type Group } from './figures.ts'
import { leftBehind, mustHold } from './invariant.ts'
import { processesWith, tunnelAmong, tunnelVariable, type Seen, type SeenTunnel } from './observer.ts'
import { randomFor } from './seed.ts'

export type Tunnels = Record<string, Record<string, unknown>>

/** Prints its secret, then listens on the port that its argument names. */
const listener = `console.log('token ' + process.env.TOKEN)
require('node:net').createServer((s) => s.pipe(s).on('error', () => {})).listen(+process.argv[2], '127.0.0.1')
`

export class World extends Rig {
  /** In the environment or the arguments of every process of this case. */
  readonly marker = basename(this.folder)
  readonly secret = `secret-${randomBytes(12).toString('hex')}`
  readonly random: () => number
  /** The tunnels of p2p.yaml by their names. */
  declared: Tunnels = {}
  crashes = 0
  #commands: Program[] = []
  #seen = new Set<string>()
  #secretsSeen = new Set<string>()
  readonly #strangers: ChildProcess[] = []

  constructor(group: Group, name: string) {
    super()
    this.random = randomFor(`${group} ${name}`)
    this.env['FAULTS_SECRET'] = this.secret
    // Also what wiped its environment; the rig ends the rest.
    onTestFinished(() => {
      for (const { pid } of leftBehind(this)) process.kill(pidOf(pid), 'SIGKILL')
      for (const child of this.#strangers) child.kill('SIGKILL')
    })
    this.stranger()
  }

  /** Writes p2p.yaml, where each tunnel tells the observer its name. */
  declare(tunnels: Tunnels, more: Record<string, unknown> = {}): void {
    this.declared = tunnels
    const entries = Object.entries(tunnels).map(([name, { environment, ...tunnel }]) => [
      name,
      { ...tunnel, environment: { ...(environment as object | undefined), [tunnelVariable]: name } },
    ])
    this.write(JSON.stringify({ tunnels: Object.fromEntries(entries) as object, ...more }, null, 2))
  }

  /** A tunnel with a port and a secret that a supervisor keeps open, and one without that needs it. */
  async declareTwo(more: { web?: Record<string, unknown>; job?: Record<string, unknown> } = {}): Promise<void> {
    this.declare({
      web: { ...(await this.listening()), ...more.web },
      job: {
        command: ['sh', '-c', 'echo up; exec sleep 1000'],
        ready: { log: '^up' },
        restart: 'no',
        depends_on: ['web'],
        ...more.job,
      },
    })
  }

  /** A tunnel that listens on a free port. */
  async listening(): Promise<Record<string, unknown>> {
    const port = await freePort()
    return {
      port,
      command: [process.execPath, this.script('listener.cjs', listener), String(port)],
      environment: { TOKEN: { env: 'FAULTS_SECRET' } },
    }
  }

  /** A file outside of the project; its path, which has the marker in it. */
  script(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode: 0o755 })
    return path
  }

  /** Declares the two and opens them. */
  async open(more: Parameters<World['declareTwo']>[0] = {}): Promise<void> {
    await this.declareTwo(more)
    await this.ok('up')
  }

  /** A command that must succeed. */
  async ok(...args: string[]): Promise<Ran> {
    const ran = await this.p2p(...args)
    if (ran.status !== 0) throw new Error(`p2p ${args.join(' ')}: ${ran.status ?? ran.signal ?? ''}\n${ran.stderr}`)
    return ran
  }

  override start(...args: string[]): Program {
    return this.run(process.execPath, mainFile, ...args)
  }

  /** Any program in this world's environment, say one that runs p2p. */
  run(program: string, ...args: string[]): Program {
    const command = startCommand(program, args, { cwd: this.project, env: this.env })
    this.#commands.push(command)
    return command
  }

  /** Also what only looks is the real p2p. */
  override look(...args: string[]): Promise<Ran> {
    return this.p2p(...args)
  }

  /** A process that p2p has nothing to do with: whatever signal it gets ends or stops it. */
  stranger(program = 'sleep', ...args: string[]): number {
    const child = spawn(program, program === 'sleep' ? ['1000'] : args, { detached: true, stdio: 'ignore' })
    this.#strangers.push(child)
    return pidOf(child.pid)
  }

  /** Ends a stranger, which must have been left alone until then. */
  dismiss(pid: number): void {
    if (this.strangersSignalled() > 0) return
    const at = this.#strangers.findIndex((child) => child.pid === pid)
    for (const child of at === -1 ? [] : this.#strangers.splice(at, 1)) child.kill('SIGKILL')
  }

  strangersSignalled(): number {
    const isTouched = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
      exitCode !== null || signalCode !== null || !/\) [SR] /.test(read(`/proc/${pidOf(pid)}/stat`))
    return this.#strangers.filter(isTouched).length
  }

  /** Every process of this case but the test's own commands. */
  observe(): Seen[] {
    const running = new Set(this.#commands.filter(({ hasExited }) => !hasExited).map(({ pid }) => pid))
    const seen = processesWith(this.marker, running)
    for (const { pid, startTime, args } of seen) {
      this.#seen.add(`${pid} ${startTime}`)
      if (args.some((arg) => arg.includes(this.secret))) this.#secretsSeen.add(`arguments of ${args.join(' ')}`)
    }
    return seen
  }

  tunnel(name: string): SeenTunnel {
    return tunnelAmong(this.observe(), name)
  }

  /** The one program of a tunnel. */
  programOf(name: string): number {
    const { programs } = this.tunnel(name)
    if (programs.length !== 1) throw new Error(`${name} has ${programs.length} programs`)
    return pidOf(programs[0]?.pid)
  }

  /** The folder of the project's state. */
  get state(): string {
    const file = this.files('state').find((path) => /\/projects\/[^/]+\/project\.json/.test(path))
    return file === undefined ? '' : file.replace(/\/project\.json.*$/, '')
  }

  /** Where the secret is though it must not be: what commands wrote, arguments, and after `down` files. */
  secretsFound(): string[] {
    const said = this.#commands.filter((command) => command.output().includes(this.secret)).map(() => 'output')
    const files = this.files().filter((path) => read(path).includes(this.secret))
    return [...said, ...this.#secretsSeen, ...files]
  }

  /** Waits for a command that was to be killed; counts it where it was. */
  async crashed(command: Program): Promise<boolean> {
    const { status, signal } = await command.exit
    const died = signal === 'SIGKILL' || status === 137
    if (died) this.crashes += 1
    return died
  }

  get started(): number {
    return this.#commands.length + this.#seen.size
  }
}

/** What is done in a world of its own; afterwards the invariant must hold. */
export type Case = [name: string, act: (world: World) => Promise<void>]

/** Tries each case, proves the invariant after it, and counts. */
export function tryEach(group: Group, cases: readonly Case[]): void {
  test.each(cases)('%s', async (name, act) => {
    const world = new World(group, name)
    const begun = performance.now()
    let passed = false
    try {
      await act(world)
      await mustHold(world)
      passed = true
    } finally {
      recordFigures({
        group,
        name,
        passed,
        crashes: world.crashes,
        started: world.started,
        leftOver: passed ? leftBehind(world).length : 0,
        strangersSignalled: world.strangersSignalled(),
        secretsFound: passed ? world.secretsFound().length : 0,
        ms: Math.round(performance.now() - begun),
      })
    }
  })
}
