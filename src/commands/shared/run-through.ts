/**
 * What `run` and `open` share: opens what is missing, runs a program in the foreground with the addresses in its environment,
 * and closes what it opened, unless another command has asked for it in the meantime (runtime/state/desired.ts, `usedBy`).
 */
import type { Context } from '../../core/context.ts'
import { variablePrefix, variablesOf, type ClientAddress } from '../../core/decide/client-variables.ts'
import { exitStatusOfResult } from '../../core/decide/exit-status.ts'
import { selectToOpen } from '../../core/decide/select.ts'
import { P2pError } from '../../core/errors.ts'
import type { Project } from '../../core/model.ts'
import type { UpGoal } from '../../core/plan.ts'
import { note } from '../../report/lines.ts'
import { sanitizeLine } from '../../report/text/sanitize.ts'
import { runInForeground } from '../../runtime/process/foreground.ts'
import { inheritedFrom } from '../../runtime/secrets/environment.ts'
import { keepUnused, unused } from '../../runtime/state/desired.ts'
import { openWorld, umaskOfUser, withLock, type World } from '../../runtime/state/world.ts'
import { untilHealthy } from '../wait.ts'
import { applyWithProgress } from './change.ts'
import { clientAddress, showsSecret } from './client-addresses.ts'
import { compiledProject } from './compiled-project.ts'
import { observeProject } from './observe-project.ts'

export interface Use {
  command: 'run' | 'open'
  project: Project
  /** Tunnels whose addresses the program gets. */
  named: string[]
  /** The program, for messages before it is known. */
  program: string
  /** Asked once all are open. @throws P2pError: nothing is run then. */
  argvFor: (world: World, addresses: readonly ClientAddress[]) => readonly string[]
  /** Leaves open what this opened. */
  keep: boolean
}

/** Returns the program's exit status as a shell reports it; p2p's own where it was not started. */
export async function runThrough(ctx: Context, use: Use): Promise<number> {
  const { command, project, named, keep } = use
  const world = await openWorld(ctx, { name: project.name, folder: project.folder }, `p2p ${command}`)
  const goal: UpGoal = {
    want: 'up',
    project,
    names: selectToOpen(project, named, true),
    recreate: 'changed',
    orphans: 'keep',
    forUse: !keep,
  }
  try {
    const status = await open(world, goal, command)
    if (status !== 0) {
      note(ctx, `${use.program} was not started`)
      return status
    }
    return await runProgram(world, use)
  } finally {
    await closeOwn(world, goal, use)
  }
}

/** Exit status: 0 where all are open, and healthy where that is checked. */
async function open(world: World, goal: UpGoal, command: Use['command']): Promise<number> {
  const { ctx } = world
  const outcomes = await applyWithProgress(world, command, goal, {
    inherited: inheritedFrom(ctx.env, goal.project.secretVariables),
    wait: true,
  })
  const status = exitStatusOfResult(outcomes, true)
  return status === 0 ? await untilHealthy(world, goal.project, goal.names) : status
}

async function runProgram(world: World, { project, named, argvFor }: Use): Promise<number> {
  const { ctx } = world
  const { rows } = await observeProject(world, project)
  const addresses = rows.filter(({ name }) => named.includes(name)).map((row) => clientAddress(world, row))
  const argv = argvFor(world, addresses)
  const variables: Record<string, string | undefined> = { ...ctx.env }
  for (const address of addresses) {
    const isSecret = showsSecret(world, address, project.secretVariables)
    if (isSecret) note(ctx, `${address.name}: its url holds a secret, so ${variablePrefix(address.name)}URL is not set`)
    const shown = { ...address, url: isSecret ? null : address.url }
    Object.assign(variables, Object.fromEntries(variablesOf(shown, variablePrefix(address.name))))
    if (named.length === 1) Object.assign(variables, Object.fromEntries(variablesOf({ ...shown, url: null }, 'P2P_')))
  }
  const ended = await runInForeground(argv, ctx, { env: variables, umask: umaskOfUser() })
  if (!ended.started) {
    ctx.stderr.write(`p2p: ${sanitizeLine(argv[0] ?? '', ctx.masks)}: ${refusals[ended.code] ?? ended.code}\n`)
  }
  return ended.status
}

const refusals: Readonly<Record<string, string>> = {
  ENOENT: 'not found',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a folder',
  E2BIG: 'its arguments and environment are too large',
  ERR_INVALID_ARG_VALUE: 'an argument holds a NUL byte',
}

/** Whatever ended the command: a Ctrl-C asks for this, so it must not interrupt it. */
async function closeOwn(world: World, { names }: UpGoal, { command, project, named }: Use): Promise<void> {
  const calm: World = { ...world, ctx: { ...world.ctx, interrupted: new AbortController().signal } }
  const mine = (): string[] =>
    unused(world, world.store.readDesired(), { besidesMe: true }).filter((name) => names.includes(name))
  const left = mine()
  if (left.length === 0) return
  const changed = await changedSince(calm.ctx, project, named)
  const kept = left.filter(changed)
  if (kept.length > 0) {
    await withLock(calm, () => {
      keepUnused(calm, mine().filter(changed))
    })
    note(calm.ctx, `${kept.join(', ')}: changed in p2p.yaml in the meantime, stays open; p2p down ${kept.join(' ')}`)
  }
  const closed = left.filter((name) => !changed(name))
  if (closed.length === 0) return
  await applyWithProgress(
    calm,
    command,
    { want: 'down', names: closed },
    { stillWanted: () => mine().filter((name) => closed.includes(name)) },
  )
}

/** Whether a tunnel is declared otherwise than when it was opened; a file that can't be read says nothing of it. */
async function changedSince(
  ctx: Context,
  before: Project,
  names: readonly string[],
): Promise<(name: string) => boolean> {
  const hash = ({ tunnels }: Project): Map<string, string> =>
    new Map(tunnels.map(({ name, fingerprint }) => [name, fingerprint]))
  try {
    const now = hash((await compiledProject(ctx, { names, toLaunch: true })).project)
    const then = hash(before)
    return (name) => now.get(name) !== then.get(name)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    return () => true
  }
}
