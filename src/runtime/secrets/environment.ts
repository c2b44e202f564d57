/** The environment that tunnels inherit, kept as a private file so that a later restart uses the same one. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Environment } from '../../core/context.ts'
import type { Plan } from '../../core/plan.ts'
import { namesIn, readOptional } from '../files/read-file.ts'
import { writeAtomic } from '../files/write-file.ts'
import { ensurePrivateFolder } from './private-files.ts'
import type { World } from '../state/world.ts'
import { existsSync, rmSync } from '../machine.ts'

export interface Inherited {
  /** Names the snapshot: goes into the record of each tunnel launched with it. */
  id: string
  variables: Record<string, string>
}

/** This command's environment without P2P_*, NODE_OPTIONS, and every variable that is a secret's source. */
export function inheritedFrom(env: Environment, secretVariables: readonly string[]): Inherited {
  const hidden = new Set([...secretVariables, 'NODE_OPTIONS'])
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !name.startsWith('P2P_') && !hidden.has(name)) variables[name] = value
  }
  return snapshotOf(variables)
}

function snapshotOf(variables: Record<string, string>): Inherited {
  const sorted = (): string => JSON.stringify(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)))
  let id: string | null = null
  return {
    variables,
    // A command that launches nothing does not load node:crypto for it.
    get id() {
      return (id ??= createHash('sha256').update(sorted()).digest('hex').slice(0, 24))
    },
  }
}

/** Kept tunnels retry with this command's ssh-agent: the one they were opened with may have exited since. Lock held. */
export function handOverAgent(world: World, plan: Plan, { variables }: Inherited): void {
  const agent = variables['SSH_AUTH_SOCK']
  const kept = new Set(plan.actions.flatMap((action) => (action.do === 'keep' ? [action.name] : [])))
  if (agent === undefined || !existsSync(agent)) return
  const records = world.store.readRecords()
  const ids = new Set([...records.values()].map(({ environment }) => environment))
  const snapshots = new Map([...ids].map((id) => [id, keptEnvironment(world, id)]))
  const stale = [...records.values()].flatMap((record) => {
    const before = (kept.has(record.name) ? snapshots.get(record.environment) : null) ?? null
    return before === null || before.variables['SSH_AUTH_SOCK'] === agent ? [] : [{ record, before }]
  })
  for (const { record, before } of stale) {
    const renewed = snapshotOf({ ...before.variables, SSH_AUTH_SOCK: agent })
    keepEnvironment(world, renewed)
    record.environment = renewed.id
  }
  if (stale.length > 0) world.store.writeRecords(records)
}

export function keepEnvironment(world: World, inherited: Inherited): void {
  if (keptEnvironment(world, inherited.id) !== null) return
  ensurePrivateFolder(world)
  writeAtomic(snapshotPath(world, inherited.id), JSON.stringify(inherited.variables), false)
}

/** A kept snapshot, or null if it is gone (logout, reboot), or cut short by a power failure. */
export function keptEnvironment(world: World, id: string): Inherited | null {
  try {
    return { id, variables: JSON.parse(readOptional(snapshotPath(world, id)) ?? '') as Record<string, string> }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export function dropUnusedEnvironments(world: World, used: ReadonlySet<string>): void {
  for (const name of namesIn(world.privateFolder)) {
    const [, id, torn] = /^env-([0-9a-f]+)\.json(\.[0-9a-f]+\.tmp)?$/.exec(name) ?? []
    if (id !== undefined && (torn !== undefined || !used.has(id)))
      rmSync(join(world.privateFolder, name), { force: true })
  }
}

function snapshotPath(world: World, id: string): string {
  return join(world.privateFolder, `env-${id}.json`)
}
