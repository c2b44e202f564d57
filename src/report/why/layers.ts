/** The layers of a tunnel, from its process to the far end, each with the evidence for how it is. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import type { Health, Observed, TunnelSpec } from '../../core/model.ts'
import { checkInWords, conditionInWords } from '../../core/text/condition-words.ts'
import { readStatus } from '../../core/text/signals.ts'
import { listenerTrouble } from '../../core/decide/status.ts'
import { wantsSupervisor } from '../../core/decide/supervision.ts'
import { formatDuration } from '../../core/text/units.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { localTime, shortSpan, wholeSpan } from '../time.ts'
import type { WhyFacts } from './facts.ts'

export interface Layer {
  layer: 'process' | 'launcher' | 'listener' | 'ready' | 'health' | 'handshake' | 'traffic' | 'supervisor'
  /** Null: there is nothing to judge. */
  ok: boolean | null
  /** What was seen, in words for people. */
  evidence: string
}

export function layersOf(facts: WhyFacts): Layer[] {
  return [
    ...processLayers(facts),
    { layer: 'listener', ...listener(facts) },
    { layer: 'ready', ...readiness(facts) },
    { layer: 'health', ...health(facts) },
    ...heardOf('handshake', facts, 'no sign of one in what this run said'),
    ...heardOf('traffic', facts, 'no sign of any in what this run said'),
    { layer: 'supervisor', ...supervision(facts) },
  ]
}

type Judged = Omit<Layer, 'layer'>

const fine = (evidence: string): Judged => ({ ok: true, evidence })
const wrong = (evidence: string): Judged => ({ ok: false, evidence })
const neither = (evidence: string): Judged => ({ ok: null, evidence })

function processLayers({ row: { observed, status }, now }: WhyFacts): Layer[] {
  if (observed === null) return [{ layer: 'process', ...neither('nothing runs and nothing is on record') }]
  const { record, process } = observed
  const since = `since ${localTime(record.startedAt)} (${wholeSpan(now - record.startedAt)})`
  switch (process.kind) {
    case 'running': {
      const { program, launcher, stopped } = process
      const alive = program === null ? wrong('its program has not been seen yet') : fine(`PID ${program} ${since}`)
      return [
        { layer: 'process', ...(stopped ? wrong(`PID ${program ?? '?'} is stopped (SIGSTOP) ${since}`) : alive) },
        {
          layer: 'launcher',
          ...(launcher === null
            ? wrong('is gone: how the program ends will not be known')
            : fine(`PID ${launcher} waits for its end`)),
        },
      ]
    }
    case 'starting':
      return [{ layer: 'process', ...neither(`is being launched ${since}`) }]
    case 'leftover':
      return [{ layer: 'process', ...wrong(`ended, and left behind: PID ${process.members.join(', ')}`) }]
    case 'gone':
      return [
        { layer: 'process', ok: status.state === 'closed' ? null : false, evidence: endInWords(observed, process) },
      ]
    case 'unknown':
      return [{ layer: 'process', ...wrong(`nobody can tell: ${process.why}`) }]
    default:
      return unreachable(process)
  }
}

function endInWords({ record }: Observed, process: { status: number | null; endedAt: number | null }): string {
  if (record.pids.launcher === null) return `was not launched on ${localTime(record.startedAt)}`
  if (process.status === null) return `is gone, and nobody saw how; launched on ${localTime(record.startedAt)}`
  const { exitCode, signal } = readStatus(process.status)
  const how = signal === null ? `status ${exitCode}` : `signal ${signal}`
  if (process.endedAt === null) return `ended with ${how}`
  const ran = shortSpan(process.endedAt - record.startedAt)
  return `ended with ${how} on ${localTime(process.endedAt)}, ${ran} after its launch`
}

function listener({ row: { observed, spec }, portHeldBy }: WhyFacts): Judged {
  const endpoints = observed?.record.endpoints ?? spec?.endpoints ?? []
  const addresses = endpoints.map(formatEndpoint).join(', ')
  if (endpoints.length === 0) return neither('it listens nowhere on this machine')
  if (observed?.process.kind !== 'running') {
    return portHeldBy === null ? neither(`nobody listens on ${addresses}`) : wrong(portHeldBy)
  }
  const trouble = listenerTrouble(observed.listener)
  return trouble === null ? fine(`${addresses}, held by its own process`) : wrong(trouble)
}

function readiness({ row: { observed }, history, stage }: WhyFacts): Judged {
  if (observed === null || (observed.process.kind === 'gone' && observed.record.pids.launcher === null)) {
    return neither('it was not launched')
  }
  const { record, readied, process } = observed
  const opened = history.find(({ type, attempt }) => type === 'open' && attempt === record.attempt)
  const readiedAt = observed.readiedAt ?? opened?.at ?? null
  const conditions = record.ready.conditions.map(conditionInWords).join(', ')
  const by = conditions === '' ? '' : ` by ${conditions}`
  const runs = process.kind === 'running'
  if (!readied) {
    const why = stage === null ? `that takes ${conditions}` : `it waits for ${stage.awaits}`
    return wrong(`${runs ? 'not proved open yet' : 'it was never proved open'}: ${why}`)
  }
  const proof = `proved open${readiedAt === null ? '' : ` on ${localTime(readiedAt)}`}${by}`
  return runs ? fine(proof) : neither(`was ${proof}`)
}

function health({ row: { observed }, spec, world, supervisor }: WhyFacts): Judged {
  const check = spec?.health ?? null
  if (check === null) return neither('no healthcheck')
  const question = questionInWords(check)
  if (observed?.process.kind !== 'running' || !observed.readied) return neither(`${question} once it is open`)
  if (observed.record.sick !== null) return wrong(observed.record.sick)
  if (check.check.kind === 'listen') return neither('its listener is all that is looked at')
  if (!world.supervised) return wrong(`${question}: nobody asks while the supervisor is away`)
  if (supervisor?.suspended === true) return wrong(`${question}: nobody asks while the supervisor is stopped`)
  return fine(`${question}: no failure found`)
}

function questionInWords({ check, intervalMs }: Health): string {
  return `${checkInWords(check)} every ${formatDuration(intervalMs)}`
}

function heardOf(layer: 'handshake' | 'traffic', facts: WhyFacts, nothing: string): Layer[] {
  const line = facts[layer]
  if (line === undefined || facts.row.observed === null) return []
  return [{ layer, ...(line === null ? neither(nothing) : fine(`it said: ${line}`)) }]
}

function supervision({ supervisor, wanted, spec }: WhyFacts): Judged {
  if (supervisor?.suspended === true)
    return wrong(`PID ${supervisor.pid} is stopped (SIGSTOP): nothing is opened again`)
  if (supervisor !== null) return fine(`PID ${supervisor.pid}`)
  return wanted && wants(spec)
    ? wrong('is away: nothing is opened again by itself')
    : neither('none, and none is needed for this tunnel')
}

function wants(spec: TunnelSpec | null): boolean {
  return spec !== null && wantsSupervisor(spec)
}
