/** What `p2p top` shows, verified again at each look, as `ps` does it. */
import type { Context } from '../../core/context.ts'
import { matcher } from '../../core/decide/select.ts'
import { P2pError } from '../../core/errors.ts'
import type { Project, Row } from '../../core/model.ts'
import { findSupervisor, supervisorProblem } from '../../runtime/tunnel/find-supervisor.ts'
import { countConnections, withTraffic, type Connections } from '../../runtime/tunnel/traffic.ts'
import type { World } from '../../runtime/state/world.ts'
import { compiledProject } from '../shared/compiled-project.ts'
import { chooseRows, observeProject } from '../shared/observe-project.ts'

export interface Seen {
  rows: readonly Row[]
  /** What is wrong with the file or with the supervisor. */
  problem: string | null
  connectionsAgeMs: number
}

/** Reading the file may take this part of the time, and no more: one that is broken is compiled each time. */
const partForFile = 1 / 50
/** A longer socket table takes too long to be read each time. */
const longTable = 200
const countLongTableEveryMs = 10_000

export class Observer {
  declared: Project | null
  /** Of the last look, all tunnels. */
  observed: Awaited<ReturnType<typeof observeProject>> | undefined
  readonly #world: World
  readonly #names: readonly string[]
  #fileProblem: string | null = null
  #readAgainAt = 0
  #counted: { connections: Connections; at: number } | null = null

  constructor(world: World, declared: Project | null, names: readonly string[]) {
    this.#world = world
    this.declared = declared
    this.#names = names
  }

  async look(): Promise<Seen> {
    const { ctx } = this.#world
    await this.#readFile(ctx)
    this.observed = await observeProject(this.#world, this.declared)
    const { rows, facts } = this.observed
    const isNamed = matcher(this.#names)
    const chosen =
      this.#names.length > 0 ? rows.filter(({ name }) => isNamed(name)) : chooseRows(rows, [], this.declared)
    const now = ctx.now()
    const { connections, at } = this.#count(rows, now)
    return {
      rows: withTraffic(this.#world, chosen, rows, connections),
      problem:
        this.#fileProblem ?? supervisorProblem(this.#world, facts.supervised ? findSupervisor(this.#world) : null),
      connectionsAgeMs: now - at,
    }
  }

  /** Of a file that is broken meanwhile, what it declared before. */
  async #readFile(ctx: Context): Promise<void> {
    const from = ctx.now()
    if (from < this.#readAgainAt) return
    try {
      const { project } = await compiledProject(ctx, { names: null, toLaunch: false })
      const { name, folder } = this.#world.key
      const isOurs = project.name === name && project.folder === folder
      if (isOurs) this.declared = project
      this.#fileProblem =
        isOurs || this.declared === null ? null : `the file is now of project ${project.name}: start p2p top again`
    } catch (error) {
      if (!(error instanceof P2pError)) throw error
      const [first] = error.details
      const place = first?.place ?? null
      const where = place === null ? '' : `${place.file}:${place.line}:${place.column}  `
      this.#fileProblem = `${where}${first?.message ?? error.message}`
    }
    this.#readAgainAt = ctx.now() + (ctx.now() - from) / partForFile
  }

  #count(rows: readonly Row[], now: number): { connections: Connections; at: number } {
    const sockets = this.#world.system.look().socketCount() ?? 0
    // Our own listeners are no connections.
    const isLong = sockets > longTable + rows.length
    const age = this.#counted === null ? Infinity : now - this.#counted.at
    if (isLong && this.#counted !== null && age >= 0 && age < countLongTableEveryMs) return this.#counted
    this.#counted = { connections: countConnections(this.#world, rows), at: now }
    return this.#counted
  }
}
