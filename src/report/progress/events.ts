/** One event in words and as JSON: the same for progress, for the summary and for `p2p events`. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import type { TunnelEvent } from '../../core/events.ts'
import type { Endpoint } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { sanitizeJson } from '../text/sanitize.ts'
import { ordinal, shortSpan, timestamp, wholeSpan } from '../text/time.ts'

/** How an event is to be seen: on its way, done well, gone wrong, or of no consequence. */
export type Tone = 'busy' | 'good' | 'bad' | 'idle'

export function toneOf(event: TunnelEvent): Tone {
  switch (event.type) {
    case 'stopping':
    case 'starting':
    case 'launched':
    case 'waiting':
    case 'retrying':
      return 'busy'
    case 'open':
    case 'stopped':
      return 'good'
    case 'failed':
    case 'survived':
    case 'skipped':
    case 'exited':
      return 'bad'
    case 'kept':
      return event.open ? 'good' : 'idle'
    case 'left':
    case 'nothing':
      return 'idle'
    default:
      return unreachable(event)
  }
}

/** The event without the tunnel's name: `open on 127.0.0.1:33000 -> db.internal:5432, PID 4711, after 1.2s`. */
export function describeEvent(event: TunnelEvent): string {
  switch (event.type) {
    case 'stopping':
      return `closing${formatPid(event.pid)}: ${event.cause}`
    case 'stopped':
      return `closed after ${shortSpan(event.ms)}${event.killed ? ' (did not stop in time; killed)' : ''}`
    case 'starting':
      return `opening: ${event.cause}`
    case 'launched':
      return `launched${formatPid(event.pid)}`
    case 'waiting':
      return `waiting for ${event.for} (${wholeSpan(event.ms)})`
    case 'open':
      return `open${on(event)}${formatPid(event.pid)}, after ${shortSpan(event.ms)}`
    case 'kept':
      return `${event.cause}${event.open ? on(event) : ''}${formatPid(event.pid)}`
    case 'left':
      return `still opening in the background${formatPid(event.pid)}: ${event.cause}`
    case 'failed':
      return `failed: ${event.problem.reason}`
    case 'skipped':
      return `not started: ${event.cause}`
    case 'nothing':
      return event.cause
    case 'survived':
      return `not closed: ${event.problem.reason}`
    case 'exited':
      return `ended: ${event.reason}`
    case 'retrying':
      return `${describeRetry(event)}: ${event.reason}`
    default:
      return unreachable(event)
  }
}

/** One line: the event with its time, as a stream of JSON objects gives it. `at`: epoch milliseconds. */
export function eventJson(event: TunnelEvent, at: number, masks: readonly string[]): string {
  return `${sanitizeJson({ at: timestamp(at), ...event }, masks)}\n`
}

function describeRetry({ inMs, waitsFor, tries }: Extract<TunnelEvent, { type: 'retrying' }>): string {
  if (waitsFor !== null) return `waiting for ${waitsFor}`
  return `retrying${inMs === null ? '' : ` in ${shortSpan(inMs)}`} (${ordinal(tries)} time)`
}

/** ` on 127.0.0.1:33000 -> db.internal:5432`, or `: sleep 1000` for a tunnel that listens nowhere here. */
function on({ endpoints: [first], target }: { endpoints: readonly Endpoint[]; target: string }): string {
  return first === undefined ? `: ${target}` : ` on ${formatEndpoint(first)} -> ${target}`
}

function formatPid(pid: number | null): string {
  return pid === null ? '' : `, PID ${pid}`
}
