/** The layers of a tunnel, from its process to the far end, each with the evidence for how it is. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import type { Observed } from '../../core/model.ts'
import { checkInWords, conditionInWords, needsPort } from '../../core/text/condition-words.ts'
import { readStatus } from '../../core/text/signals.ts'
import { listenerProblem, widerThanDeclared } from '../../core/decide/status.ts'
import { wantsSupervisor } from '../../core/decide/supervision.ts'
import { formatDuration } from '../../core/text/units.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { localTime, shortSpan, wholeSpan } from '../text/time.ts'
import { trafficText } from '../text/traffic.ts'
import type { WhyFacts } from './facts.ts'

export interface Layer {
  layer: 'process' | 'launcher' | 'listener' | 'ready' | 'health' | 'handshake' | 'traffic' | 'supervisor'
  /** Null: there is nothing to judge. */
  ok: boolean | null
  evidence: string
}

export function layersOf(facts: WhyFacts): Layer[] {
  return [
    ...processLayers(facts),
    { layer: 'listener', ...listener(facts) },
    { layer: 'ready', ...readiness(facts) },
    { layer: 'health', ...health(facts) },
    ...heardOf('handshake', facts, 'no sign of one in the output of this run'),
    ...traffic(facts),
    { layer: 'supervisor', ...supervision(facts) },
  ]
}

type Judged = Omit<Layer, 'layer'>

const fine = (evidence: string): Judged => ({ ok: true, evidence })
const wrong = (evidence: string): Judged => ({ ok: false, evidence })
const neither = (evidence: string): Judged => ({ ok: null, evidence })

function processLayers({ row: { observed, status }, now }: WhyFacts): Layer[] {
  if (observed === null) return [{ layer: 'process', ...neither('not running, nothing on record') }]
  const { record, process } = observed
  const since = `since ${localTime(record.startedAt)} (${wholeSpan(now - record.startedAt)})`
  switch (process.kind) {
    case 'running': {
      const { program, launcher, stopped } = process
      const alive = program === null ? wrong('program not started yet') : fine(`PID ${program} ${since}`)
      return [
        { layer: 'process', ...(stopped ? wrong(`PID ${program ?? '?'} is stopped (SIGSTOP) ${since}`) : alive) },
        {
          layer: 'launcher',
          ...(launcher === null
            ? wrong('gone: the exit status of the program will not be known')
            : fine(`PID ${launcher} waiting for it to exit`)),
        },
      ]
    }
    case 'starting':
      return [{ layer: 'process', ...neither(`launching ${since}`) }]
    case 'leftover':
      return [{ layer: 'process', ...wrong(`exited, and left behind: PID ${process.members.join(', ')}`) }]
    case 'gone':
      return [
        {
          layer: 'process',
          ok: status.state === 'closed' || status.code === 'needs.closed' ? null : false,
          evidence: endInWords(observed, process),
        },
      ]
    case 'unknown':
      return [{ layer: 'process', ...wrong(`unknown: ${process.why}`) }]
    default:
      return unreachable(process)
  }
}

function endInWords({ record }: Observed, process: { status: number | null; endedAt: number | null }): string {
  if (record.pids.launcher === null) return `not launched${record.verdict === null ? '' : `: ${record.verdict.reason}`}`
  if (process.status === null) return `gone, exit status unknown; launched on ${localTime(record.startedAt)}`
  const { exitCode, signal } = readStatus(process.status)
  const how = signal === null ? `status ${exitCode}` : `signal ${signal}`
  if (process.endedAt === null) return `exited with ${how}`
  const ran = shortSpan(process.endedAt - record.startedAt)
  return `exited with ${how} on ${localTime(process.endedAt)}, ${ran} after its launch`
}

function listener({ row: { observed, spec }, portHeldBy }: WhyFacts): Judged {
  const endpoints = observed?.record.endpoints ?? spec?.endpoints ?? []
  const addresses = endpoints.map(formatEndpoint).join(', ')
  if (endpoints.length === 0) return neither('does not listen on this machine')
  if (observed?.process.kind !== 'running') {
    return portHeldBy === null ? neither(`nothing listens on ${addresses}`) : wrong(portHeldBy)
  }
  const problem = listenerProblem(observed.listener)
  const wider = widerThanDeclared(observed.listener, endpoints)
  const reach = wider === null ? '' : `, which listens on ${formatEndpoint(wider)}: other machines can reach it`
  return problem === null ? fine(`${addresses}, owned by its own process${reach}`) : wrong(problem)
}

function readiness({ row: { observed }, history, stage }: WhyFacts): Judged {
  if (observed === null || (observed.process.kind === 'gone' && observed.record.pids.launcher === null))
    return neither('not launched')
  const { record, readied, process } = observed
  const opened = history.find(({ type, attempt }) => type === 'open' && attempt === record.attempt)
  const readiedAt = observed.readiedAt ?? opened?.at ?? null
  const conditions = record.ready.conditions.map(conditionInWords).join(', ')
  const by = conditions === '' ? '' : ` by ${conditions}`
  const runs = process.kind === 'running'
  if (!readied) {
    const why = stage === null ? `needs ${conditions}` : `waiting for ${stage.awaits}`
    return wrong(`${runs ? 'not ready yet' : 'never became ready'}: ${why}`)
  }
  const proof = `became ready${readiedAt === null ? '' : ` on ${localTime(readiedAt)}`}${by}`
  return runs ? fine(proof) : neither(proof)
}

function health({ row: { observed, traffic }, spec, world, supervisor }: WhyFacts): Judged {
  const check = spec?.health ?? null
  if (check === null) return neither('no healthcheck')
  const [first, ...others] = spec?.endpoints ?? []
  const isPartial = first !== undefined && others.length > 0 && needsPort(check.check.kind)
  const where = isPartial ? ` through ${formatEndpoint(first)}, not its other addresses,` : ''
  const question = `${checkInWords(check.check)}${where} every ${formatDuration(check.intervalMs)}`
  if (observed?.process.kind !== 'running' || !observed.readied) return neither(`${question} once it is open`)
  if (observed.record.sick !== null) return wrong(observed.record.sick)
  if (check.check.kind === 'listen') return neither('checked by its listening socket only')
  if (!world.supervised) return wrong(`${question}: not checked while the supervisor is not running`)
  if (supervisor?.suspended === true) return wrong(`${question}: not checked while the supervisor is stopped`)
  const ms = traffic?.roundTripMs ?? null
  return fine(`${question}: no failure found${ms === null ? '' : `, answered in ${shortSpan(ms)}`}`)
}

function heardOf(layer: 'handshake' | 'traffic', facts: WhyFacts, nothing: string): Layer[] {
  const line = facts[layer]
  if (line === undefined || facts.row.observed === null) return []
  return [{ layer, ...(line === null ? neither(nothing) : fine(`it said: ${line}`)) }]
}

function traffic(facts: WhyFacts): Layer[] {
  const heard = heardOf('traffic', facts, 'no sign of any in the output of this run')
  const measured = facts.row.traffic
  if (measured === undefined) return heard
  const { connections, lastTrafficAt } = measured
  const bytes = trafficText(measured)
  const words = [
    ...(connections === null ? [] : [`${connections} ${connections === 1 ? 'connection' : 'connections'}`]),
    bytes ?? 'bytes are not counted for this program',
    ...(lastTrafficAt === null ? [] : [`the last ${shortSpan(facts.now - lastTrafficAt)} ago`]),
    ...heard.flatMap(({ ok, evidence }) => (ok === true ? [evidence] : [])),
  ]
  const flows = (connections ?? 0) > 0 || lastTrafficAt !== null || heard[0]?.ok === true
  return [{ layer: 'traffic', ok: flows ? true : null, evidence: words.join('; ') }]
}

function supervision({ supervisor, wanted, spec }: WhyFacts): Judged {
  if (supervisor?.suspended === true)
    return wrong(`PID ${supervisor.pid} is stopped (SIGSTOP): nothing is opened again`)
  if (supervisor !== null && supervisor.unfit !== null) return wrong(`PID ${supervisor.pid} ${supervisor.unfit}`)
  if (supervisor !== null) return fine(`PID ${supervisor.pid}`)
  return wanted && spec !== null && wantsSupervisor(spec)
    ? wrong('is away: nothing is opened again by itself')
    : neither('none, and none is needed for this tunnel')
}
