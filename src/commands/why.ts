/** `p2p why NAME`: one tunnel in depth. Starts nothing, opens no connection. */
import type { Context } from '../core/context.ts'
import type { Observed, Project, Row, TunnelSpec } from '../core/model.ts'
import { selectOne } from '../core/decide/select.ts'
import { hostToReach } from '../core/decide/startup-stages.ts'
import { standingOf, type Facts } from '../core/decide/future.ts'
import { lookOf } from '../report/text/paint.ts'
import { whyJson, whyText, type WhyFacts } from '../report/why/index.ts'
import { readEvents } from '../runtime/state/events-read.ts'
import { portProblem } from '../runtime/tunnel/preflight.ts'
import { tailOfRun } from '../runtime/logs/log-file.ts'
import { lastLineMatching } from '../runtime/logs/search.ts'
import { missingNetwork, type Missing } from '../runtime/process/network.ts'
import { withTraffic } from '../runtime/tunnel/traffic.ts'
import { findSupervisor } from '../runtime/tunnel/find-supervisor.ts'
import { isClaimed } from '../runtime/state/desired.ts'
import type { World } from '../runtime/state/world.ts'
import { observeProject, maskSecrets, stageNow } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

export async function run(ctx: Context, args: { name: string | null; json: boolean }): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p why')
  const facts = await gather(world, declared, args.name)
  maskSecrets(world, [facts.row.name])
  ctx.stdout.write(args.json ? whyJson(facts, ctx.masks) : await whyText(facts, lookOf(ctx.stdout, ctx.masks)))
  return 0
}

/** All that is known of one tunnel. `seen`: the project as it was observed just now. */
export async function gather(
  world: World,
  declared: Project | null,
  given: string | null,
  seen?: Awaited<ReturnType<typeof observeProject>>,
): Promise<WhyFacts> {
  const { rows, facts } = seen ?? (await observeProject(world, declared))
  const desired = world.store.readDesired()
  const events = readEvents(world)
  const past = [...desired.keys(), ...events.map(({ name }) => name)]
  const name = selectOne(given, [...new Set([...rows.map((row) => row.name), ...past])], 'why')
  const wish = desired.get(name)
  const found = rows.find((one) => one.name === name) ?? closedRow(world, name, declared !== null, facts)
  const [row = found] = withTraffic(world, [found], rows)
  const { observed } = row
  const spec = observed?.launched ?? row.spec ?? wish?.spec ?? null
  const runs = observed !== null && observed.process.kind !== 'gone'
  const offset = observed?.record.logOffset ?? 0
  const said = (pattern: string | undefined): string | null | undefined =>
    pattern === undefined ? undefined : lastLineMatching(row.log, offset, new RegExp(pattern))
  const stage = runs && !observed.readied && spec !== null ? await whatIsMissing(world, row, spec.logs) : null
  if (stage !== null && row.status.state === 'opening') row.status.reason = `waiting for ${stage.awaits}`
  return {
    row,
    spec,
    rows,
    world: facts,
    wanted: wish?.want === 'up',
    claimant: wish !== undefined && isClaimed(world, wish, observed ?? undefined) ? (wish.claim?.owner ?? null) : null,
    supervisor: findSupervisor(world),
    portHeldBy: runs || spec === null ? null : (portProblem(world, world.system.look(), spec)?.reason ?? null),
    history: events.filter((event) => event.name === name),
    handshake: said(spec?.logs.handshake ?? readyPattern(observed)),
    traffic: said(spec?.logs.traffic),
    stage,
    said: tailOfRun(row.log, offset, spec?.logs),
    now: world.ctx.now(),
  }
}

/** A tunnel of which only the past is recorded. */
function closedRow(world: World, name: string, orphan: boolean, facts: Facts): Row {
  return {
    project: world.key.name,
    name,
    spec: null,
    observed: null,
    ...standingOf(name, facts),
    config: orphan ? 'orphan' : 'in-sync',
    log: world.store.logOf(name),
  }
}

/** Where its startup is, or what keeps it there. */
async function whatIsMissing({ ctx }: World, row: Row, logs: TunnelSpec['logs']): Promise<Missing | null> {
  const stage = stageNow(row)
  const host = hostToReach(stage, logs)
  return (host === null ? null : await missingNetwork(host, ctx.env)) ?? stage
}

/** For a program that p2p does not know: the log pattern of ready in the file. */
function readyPattern(observed: Observed | null): string | undefined {
  const conditions = observed?.record.ready.conditions ?? []
  return conditions.flatMap((condition) => (condition.kind === 'log' ? [condition.pattern] : []))[0]
}
