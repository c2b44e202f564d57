/** `p2p wait`: returns when the tunnels are as asked, when they can no longer be, or when time is up. */
import type { Context } from '../core/context.ts'
import type { Project, Row } from '../core/model.ts'
import { formatDuration } from '../core/text/units.ts'
import { unreachable } from '../core/text/unreachable.ts'
import { outlookOf, type Outlook, type WaitFor } from '../core/decide/wait-for.ts'
import { sayProblem } from '../report/lines.ts'
import { HealthWaiter } from '../runtime/tunnel/wait-healthy.ts'
import { watchProject, type World } from '../runtime/state/world.ts'
import { chooseRows, observeProject } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

interface WaitArgs {
  names: string[]
  for: WaitFor
  timeout: number | null
  any: boolean
}

/** As timeout(1). */
const outOfTimeStatus = 124

/** Sockets appear without a trace on disk; a change of the record is seen at once. */
const lookEveryMs = 500

export async function run(ctx: Context, args: WaitArgs): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p wait')
  return await waitFor(world, declared, args)
}

/** For those of the tunnels that have a healthcheck, as long as they may take to become ready. Exit status as of `wait`. */
export async function untilHealthy(world: World, declared: Project, names: readonly string[]): Promise<number> {
  const checked = declared.tunnels.filter(({ name, health }) => names.includes(name) && health !== null)
  if (checked.length === 0) return 0
  const timeout = Math.max(...checked.map(({ ready }) => ready.timeoutMs))
  const args = { names: checked.map(({ name }) => name), for: 'healthy', timeout, any: false } as const
  return await waitFor(world, declared, args)
}

async function waitFor(world: World, declared: Project | null, args: WaitArgs): Promise<number> {
  const { ctx } = world
  const deadline = args.timeout === null ? Infinity : performance.now() + args.timeout
  const answers = askHealth(world)
  const seen: { tunnels: Seen[]; verdict: Verdict } = { tunnels: [], verdict: 'pending' }
  await watchProject(world, async () => {
    const { rows } = await observeProject(world, declared)
    seen.tunnels = chooseRows(rows, args.names, declared).map((row) => ({
      row,
      outlook: outlookOf(row, args.for, () => answers(row)),
    }))
    seen.verdict = judge(
      seen.tunnels.map(({ outlook }) => outlook.kind),
      args.any,
    )
    const leftMs = deadline - performance.now()
    return seen.verdict !== 'pending' || leftMs <= 0 ? 'done' : Math.min(lookEveryMs, leftMs)
  })
  switch (seen.verdict) {
    case 'there':
      return 0
    case 'never':
      sayMissing(ctx, seen.tunnels, ({ kind }) => kind === 'never')
      return 1
    case 'pending':
      ctx.interrupted.throwIfAborted()
      sayMissing(ctx, seen.tunnels, ({ kind }) => kind !== 'holds')
      ctx.stderr.write(`p2p: not ${args.for} after ${formatDuration(args.timeout ?? 0)}\n`)
      return outOfTimeStatus
    default:
      return unreachable(seen.verdict)
  }
}

/** Runs the healthchecks of each attempt while the command waits. */
function askHealth(world: World): (row: Row) => boolean {
  const attempts = new Map<string, HealthWaiter>()
  return ({ observed, spec }) => {
    const asked = observed?.launched ?? spec
    if (observed === null || asked === null) return false
    const { attempt } = observed.record
    const waiter = attempts.get(attempt) ?? new HealthWaiter(world)
    attempts.set(attempt, waiter)
    const verdict = waiter.of(asked)
    // It may still become healthy.
    if (verdict === 'unhealthy') attempts.delete(attempt)
    return verdict === 'healthy'
  }
}

interface Seen {
  row: Row
  outlook: Outlook
}

type Verdict = 'there' | 'never' | 'pending'

function judge(kinds: readonly Outlook['kind'][], any: boolean): Verdict {
  if (any && kinds.length > 0) {
    if (kinds.includes('holds')) return 'there'
    return kinds.every((kind) => kind === 'never') ? 'never' : 'pending'
  }
  if (kinds.includes('never')) return 'never'
  return kinds.every((kind) => kind === 'holds') ? 'there' : 'pending'
}

function sayMissing(ctx: Context, tunnels: readonly Seen[], isMeant: (outlook: Outlook) => boolean): void {
  for (const { row, outlook } of tunnels) {
    if (outlook.kind === 'holds' || !isMeant(outlook)) continue
    sayProblem(ctx, row.name, { reason: outlook.because, hint: row.status.hint })
  }
}
