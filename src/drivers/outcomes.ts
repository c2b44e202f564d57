/** Rows of a driver's exit table: does a retry help? */
import type { ExitRule } from '../core/model.ts'

type When = ExitRule['when']

export const seeLog = 'p2p logs {name} shows its output'

/** A retry may help: the network, the far end, a busy moment. */
export function passing(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { when, means: 'failed', code, reason, hint, heals: true }
}

/** A person must change something first. */
export function lasting(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { when, means: 'failed', code, reason, hint, heals: false }
}

/** Stopped on request. */
export function stopped(when: When, code: string, reason: string): ExitRule {
  return { when, means: 'stopped', code, reason, hint: 'p2p up {name} opens it again', heals: true }
}

/** Rows for words that follow many causes: any other words count more. Among these, the first row counts. */
export function weak(rules: readonly ExitRule[]): ExitRule[] {
  return rules.map((rule) => ({ ...rule, weak: true }))
}
