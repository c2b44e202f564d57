/** One event in words and as JSON: the same for progress, for the summary and for `p2p events`. */
import { opensWhen } from '../../core/decide/future.ts'
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { isUnopened, type TunnelEvent } from '../../core/events.ts'
import type { Endpoint, Next } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { sanitizeJson } from '../text/sanitize.ts'
import { ordinal, shortSpan, timestamp, wholeSpan } from '../text/time.ts'

export interface View {
  event: (event: TunnelEvent) => void
  stop: () => Promise<void>
}

/** In progress, done, wrong, or of no consequence; `mark` says the same without colour. */
export interface Sign {
  tone: 'busy' | 'good' | 'bad' | 'idle'
  mark: '+' | '=' | '-' | '~' | '!' | 'x'
}

const signs: Record<Exclude<TunnelEvent['type'], 'kept' | 'health'>, Sign> = {
  stopping: { tone: 'busy', mark: '~' },
  starting: { tone: 'busy', mark: '~' },
  launched: { tone: 'busy', mark: '~' },
  waiting: { tone: 'busy', mark: '~' },
  retrying: { tone: 'busy', mark: '~' },
  open: { tone: 'good', mark: '+' },
  stopped: { tone: 'good', mark: '-' },
  failed: { tone: 'bad', mark: 'x' },
  survived: { tone: 'bad', mark: 'x' },
  exited: { tone: 'bad', mark: 'x' },
  hook: { tone: 'bad', mark: '!' },
  skipped: { tone: 'bad', mark: '!' },
  left: { tone: 'idle', mark: '~' },
  nothing: { tone: 'idle', mark: '=' },
}

export function signOf(event: TunnelEvent): Sign {
  if (event.type === 'health') return event.reason === null ? signs.open : signs.failed
  if (event.type !== 'kept') return signs[event.type]
  return event.open ? { tone: 'good', mark: '=' } : { tone: 'idle', mark: '~' }
}

export function toneOf(event: TunnelEvent): Sign['tone'] {
  return signOf(event).tone
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
      return `open${on(event)}${formatPid(event.pid)}, after ${shortSpan(event.ms)}${(event.warnings ?? []).map((words) => `; ${words}`).join('')}`
    case 'kept':
      return `${event.cause}${event.open ? on(event) : ''}${formatPid(event.pid)}`
    case 'left':
      return `still opening in the background${formatPid(event.pid)}: ${event.cause}`
    case 'failed':
      return `failed: ${event.problem.reason}${event.next?.what === 'none' && !isLeft(event) ? '; not tried again' : ''}`
    case 'skipped':
      return `not started: ${event.cause}`
    case 'nothing':
      return event.cause
    case 'survived':
      return `not closed: ${event.problem.reason}`
    case 'exited':
      return `ended: ${event.reason}`
    case 'health':
      return event.reason === null ? 'healthy again' : `unhealthy: ${event.reason}`
    case 'hook':
      return `${event.hook} hook failed: ${event.reason}`
    case 'retrying':
      return `${describeRetry(event)}: ${event.reason}`
    default:
      return unreachable(event)
  }
}

/** It runs as it is, with what fails behind it. */
export function isLeft(event: TunnelEvent): boolean {
  return event.type === 'failed' && event.problem.code === 'health.failed'
}

/** One line of a stream of JSON objects. */
export function eventJson(event: TunnelEvent, at: number, masks: readonly string[]): string {
  const next = isUnopened(event) ? nextJson(event.next ?? null) : undefined
  return `${sanitizeJson({ ...event, at: timestamp(at), next }, masks)}\n`
}

/** As JSON has it, with the time as text. */
type NextJson = Omit<Next, 'at'> & { at: string | null }

export function nextJson(next: Next | null): NextJson | null {
  return next === null ? null : { what: next.what, at: next.at === null ? null : timestamp(next.at), on: next.on }
}

/** `tried again in 4s`, `opens when db is open`, `not tried again`; nothing for what is open or on its way. */
export function nextInWords(next: Next | null | undefined, now: number): string | null {
  if (!next) return null
  switch (next.what) {
    case 'retries':
      return next.at === null ? 'tried again soon' : `tried again in ${roundedUp(next.at - now)}`
    case 'opens':
      return next.on === null ? null : opensWhen(next.on, next.healthy)
    case 'blocked':
      return next.on === null ? null : `blocked by ${next.on}`
    case 'none':
      return 'not tried again'
    default:
      return unreachable(next.what)
  }
}

/** A time to wait, in whole seconds: never less than is left. */
export function roundedUp(ms: number): string {
  return wholeSpan(Math.ceil(Math.max(0, ms) / 1000) * 1000)
}

function describeRetry({ inMs, waitsFor, tries, next }: Extract<TunnelEvent, { type: 'retrying' }>): string {
  if (waitsFor !== null) return opensWhen(waitsFor, next?.healthy)
  return `retrying${inMs === null ? '' : ` in ${shortSpan(inMs)}`} (${ordinal(tries)} time)`
}

/** ` on 127.0.0.1:33000 -> db.internal:5432`, or `: sleep 1000` without a local listener. */
function on({ endpoints: [first], target }: { endpoints: readonly Endpoint[]; target: string }): string {
  return first === undefined ? `: ${target}` : ` on ${formatEndpoint(first)} -> ${target}`
}

function formatPid(pid: number | null): string {
  return pid === null ? '' : `, PID ${pid}`
}
