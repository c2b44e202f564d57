/** Rows of a driver's table of endings, one word each for what matters most about them: can trying again help? */
import type { ExitRule } from '../core/model.ts'

type When = ExitRule['when']

/** A failure that may heal by itself: the network, the far end, a busy moment. */
export function passing(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { when, means: 'failed', code, reason, hint, heals: true }
}

/** A failure that stays until a person changes something. */
export function lasting(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { when, means: 'failed', code, reason, hint, heals: false }
}

/** Somebody asked the program to end. */
export function stopped(when: When, code: string, reason: string): ExitRule {
  return { when, means: 'stopped', code, reason, hint: 'p2p up {name} opens it again', heals: true }
}
