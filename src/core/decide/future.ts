/** Decides what becomes of each tunnel: the one vocabulary of ps, why, events and the summaries of up and down. Pure. */
import type { Next, Observed, Status, TunnelSpec } from '../model.ts'
import type { ObservedProject } from './reconcile.ts'
import { isOpen, statusOf } from './status.ts'
import { whyNotBack, whyNotReopened } from './supervision.ts'

export interface Facts extends ObservedProject {
  now: number
  /** What the last `up` wants; asked only if a tunnel is not open. `claimed`: a live command is about to launch it. */
  wanted: () => ReadonlyMap<string, { spec: TunnelSpec; claimed: boolean }>
}

/** Null: it is open, or not wanted. */
export function nextOf(name: string, facts: Facts, asked: readonly string[] = []): Next | null {
  const observed = facts.tunnels.get(name)
  if (isOpen(observed)) return null
  const tunnel = facts.wanted().get(name)
  if (tunnel === undefined) return null
  const { spec, claimed } = tunnel
  switch (observed?.process.kind) {
    case 'starting':
      return next(facts.supervised || isOpening(observed, facts) ? 'opens' : 'none')
    case 'unknown':
      return next('none')
    case 'running':
      if (isOpening(observed, facts)) return next('opens')
      return next(facts.supervised && whyNotReopened(spec, observed, facts.now) === null ? 'retries' : 'none')
    default:
      return claimed || isOpenedLater(spec, observed, facts) ? nextOfEnded(spec, observed, facts, asked) : next('none')
  }
}

export function mayStillOpen(next: Next | null | undefined): boolean {
  return next?.what === 'opens' || next?.what === 'retries'
}

/** Its status, with what becomes of it in words. */
export function standingOf(name: string, facts: Facts): { status: Status; next: Next | null } {
  const coming = nextOf(name, facts)
  const status = statusOf(facts.tunnels.get(name) ?? null, { ...facts, next: coming })
  const words = needInWords(coming, facts)
  if (words === null || typeof coming?.on !== 'string') return { status, next: coming }
  const own =
    status.reason === null || status.code === 'needs.closed' || coming.what === 'blocked' ? '' : `: ${status.reason}`
  return { status: { ...status, reason: words + own, hint: toUnblock(name, coming.on, facts) }, next: coming }
}

/** What is wrong is the need: another `up` helps only if it was closed. */
function toUnblock(name: string, need: string, facts: Facts): string {
  const { state, hint } = standingOf(need, facts).status
  if (state === 'closed') return `p2p up ${name} opens ${need} as well`
  return hint === null || hint.startsWith('p2p ') ? `p2p why ${need} tells more` : `${need}: ${hint}`
}

/** `opens when db is open`, `blocked by db (failed: wrong password)`; null: no need keeps it from opening. */
export function needInWords(coming: Next | null, facts: Facts): string | null {
  if (coming === null || coming.on === null) return null
  if (coming.what !== 'blocked') return opensWhen(coming.on, coming.healthy)
  const { state, reason } = standingOf(coming.on, facts).status
  return `blocked by ${coming.on} (${reason === null ? state : `${state}: ${reason}`})`
}

export function opensWhen(need: string, healthy = false): string {
  return `opens when ${need} is ${healthy ? 'healthy' : 'open'}`
}

function isOpening(observed: Observed, facts: Facts): boolean {
  return statusOf(observed, { ...facts, next: null }).state === 'opening'
}

function isOpenedLater(spec: TunnelSpec, observed: Observed | undefined, facts: Facts): boolean {
  if (!facts.supervised) return false
  return observed === undefined
    ? spec.restart.when !== 'no'
    : whyNotBack(spec, observed, facts.bootId, facts.now) === null
}

/** `asked`: its dependants. Recorded needs of different ages may form a cycle, which never opens. */
function nextOfEnded(spec: TunnelSpec, observed: Observed | undefined, facts: Facts, asked: readonly string[]): Next {
  const missing = spec.needs.find((need) => !isOpen(facts.tunnels.get(need.name)))
  if (missing === undefined)
    return observed === undefined ? next('opens') : { ...next('retries'), at: observed.record.nextAt }
  const on = missing.name
  const its = asked.includes(on) ? null : nextOf(on, facts, [...asked, spec.name])
  // What runs may recover, whether or not it is reopened.
  if (facts.tunnels.get(on)?.process.kind === 'running' || mayStillOpen(its))
    return { ...next('opens'), on, ...(missing.condition === 'healthy' ? { healthy: true } : {}) }
  return { ...next('blocked'), on: its?.what === 'blocked' ? its.on : on }
}

function next(what: Next['what']): Next {
  return { what, at: null, on: null }
}
