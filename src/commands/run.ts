/**
 * `p2p run [NAME...] -- CMD`: opens what is missing, runs CMD in the foreground with the addresses in its environment, and
 * closes what it opened, unless another command has asked for it in the meantime (runtime/state/desired.ts, `usedBy`).
 */
import type { Context } from '../core/context.ts'
import { refuseSharedVariables, variablePrefix, variablesOf } from '../core/decide/client-variables.ts'
import { exitStatusOfResult } from '../core/decide/exit-status.ts'
import { selectNames, selectToOpen } from '../core/decide/select.ts'
import { P2pError } from '../core/errors.ts'
import type { Project } from '../core/model.ts'
import type { UpGoal } from '../core/plan.ts'
import { note } from '../report/lines.ts'
import { runInForeground } from '../runtime/process/foreground.ts'
import { inheritedFrom } from '../runtime/secrets/environment.ts'
import { keepUnused, unused } from '../runtime/state/desired.ts'
import { openWorld, umaskOfUser, withLock, type World } from '../runtime/state/world.ts'
import { compiledProject } from './shared/compiled-project.ts'
import { applyWithProgress } from './shared/change.ts'
import { clientAddress, showsSecret } from './shared/client-addresses.ts'
import { declaredProject } from './shared/find-project.ts'
import { observeProject } from './shared/observe-project.ts'
import { untilHealthy } from './wait.ts'

interface RunArgs {
  names: string[]
  argv: string[]
  keep: boolean
}

export async function run(ctx: Context, { names, argv, keep }: RunArgs): Promise<number> {
  if (argv.length === 0) {
    const example = `p2p run ${names.length === 0 ? 'NAME' : names.join(' ')} -- psql`
    throw new P2pError('usage', 'what should be run?', { hint: `write the command behind --: ${example}` })
  }
  const project = await declaredProject(ctx, names)
  const all = project.tunnels.map(({ name }) => name)
  const named = names.length > 0 ? selectNames(names, all) : project.active
  refuseSharedVariables(named)
  const world = await openWorld(ctx, { name: project.name, folder: project.folder }, 'p2p run')
  const goal: UpGoal = {
    want: 'up',
    project,
    names: selectToOpen(project, names, true),
    recreate: 'changed',
    orphans: 'keep',
    forUse: !keep,
  }
  try {
    const status = await open(world, goal)
    if (status !== 0) {
      note(ctx, `${argv[0] ?? ''} was not started`)
      return status
    }
    return await runCommand(world, project, named, argv)
  } finally {
    await closeOwn(world, goal, names)
  }
}

/** Exit status: 0 where all are open, and healthy where that is checked. */
async function open(world: World, goal: UpGoal): Promise<number> {
  const { ctx } = world
  const outcomes = await applyWithProgress(world, 'run', goal, {
    inherited: inheritedFrom(ctx.env, goal.project.secretVariables),
    wait: true,
  })
  const status = exitStatusOfResult(outcomes, true)
  return status === 0 ? await untilHealthy(world, goal.project, goal.names) : status
}

async function runCommand(world: World, project: Project, names: string[], argv: string[]): Promise<number> {
  const { ctx } = world
  const { rows } = await observeProject(world, project)
  const addresses = rows.filter(({ name }) => names.includes(name)).map((row) => clientAddress(world, row))
  const variables: Record<string, string | undefined> = { ...ctx.env }
  for (const address of addresses) {
    const isSecret = showsSecret(world, address, project.secretVariables)
    if (isSecret) note(ctx, `${address.name}: its url holds a secret, so ${variablePrefix(address.name)}URL is not set`)
    const shown = { ...address, url: isSecret ? null : address.url }
    Object.assign(variables, Object.fromEntries(variablesOf(shown, variablePrefix(address.name))))
    if (names.length === 1) Object.assign(variables, Object.fromEntries(variablesOf({ ...shown, url: null }, 'P2P_')))
  }
  const ended = await runInForeground(argv, ctx, { env: variables, umask: umaskOfUser() })
  if (!ended.started) {
    const why = ended.code === 'ENOENT' ? 'not found' : ended.code === 'EACCES' ? 'permission denied' : ended.code
    ctx.stderr.write(`p2p: ${argv[0] ?? ''}: ${why}\n`)
  }
  return ended.status
}

/** Whatever ended the command: a Ctrl-C asks for this, so it must not interrupt it. */
async function closeOwn(world: World, { project, names }: UpGoal, asked: readonly string[]): Promise<void> {
  const calm: World = { ...world, ctx: { ...world.ctx, interrupted: new AbortController().signal } }
  const mine = (): string[] =>
    unused(world, world.store.readDesired(), { besidesMe: true }).filter((name) => names.includes(name))
  const left = mine()
  if (left.length === 0) return
  const changed = await changedSince(calm.ctx, project, asked)
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
    'run',
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
