/** What a tunnel's exit means: by its driver's table, else by its status. */
import type { ExitRule, Problem, TunnelSpec } from '../model.ts'
import { readStatus } from '../text/signals.ts'

export type ExitMeaning = Problem & { means: 'failed' | 'stopped' }

export interface ExitFacts {
  /** As a shell reports it; null: not recorded. */
  status: number | null
  lastLines: readonly string[]
  /** Milliseconds between launch and exit; null: unknown. */
  ranMs: number | null
  opened: boolean
  /** The machine was rebooted since. */
  rebooted: boolean
  /** Retries in a row so far; absent: none. */
  tries?: number
  /** The current holder of its port, as text; absent: free or unknown. */
  holder?: string | null
  /** How to free its port, where that is known better than the table does. */
  toFree?: string | null
}

type ExitTable = Pick<TunnelSpec, 'name' | 'outcomes' | 'endpoints'>

/** `tunnel`: as launched; null: its specification is lost. */
export function readExitMeaning(facts: ExitFacts, tunnel: ExitTable | null): ExitMeaning {
  const row = tunnel?.outcomes.find((outcome) => matches(outcome, facts))
  if (row && tunnel) {
    const { means, code, reason, heals } = row
    const hint = code === 'port.taken' ? (facts.toFree ?? row.hint) : row.hint
    const words = wordsFor(row, facts, tunnel)
    return { means, code, reason: fill(reason, words), hint: hint === null ? null : fill(hint, words), heals }
  }
  return generalMeaning(facts)
}

function matches({ when }: ExitRule, facts: ExitFacts): boolean {
  if (when.status !== undefined && when.status !== facts.status) return false
  if (when.withinMs !== undefined && (facts.ranMs === null || facts.ranMs > when.withinMs)) return false
  if (when.opened !== undefined && when.opened !== facts.opened) return false
  if (when.firstTry !== undefined && when.firstTry !== ((facts.tries ?? 0) === 0)) return false
  return when.log === undefined || matchingLine(when.log, facts) !== null
}

function matchingLine(pattern: string, { lastLines }: ExitFacts): RegExpExecArray | null {
  const compiled = new RegExp(pattern)
  for (const line of lastLines) {
    const match = compiled.exec(line)
    if (match !== null) return match
  }
  return null
}

type Words = Readonly<Record<string, string | undefined>>

function wordsFor({ when }: ExitRule, facts: ExitFacts, { name, endpoints: [first] }: ExitTable): Words {
  return {
    ...(when.log === undefined ? {} : matchingLine(when.log, facts)?.groups),
    name,
    host: first?.host,
    port: first?.port.toString(),
    holder: facts.holder ?? 'a program that has exited since',
  }
}

function fill(text: string, words: Words): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(words, key) ? (words[key] ?? whole) : whole))
}

function generalMeaning({ status, rebooted }: ExitFacts): ExitMeaning {
  if (rebooted) {
    return failed('run.rebooted', 'the machine was restarted', 'p2p up opens it again', true)
  }
  if (status === null) {
    return failed('run.killed', 'killed together with its launcher, exit status unknown', 'p2p up opens it again', true)
  }
  // 143 and 130: TERM or INT that p2p did not send (launch-protocol, decisions on top).
  if (status === 143 || status === 130) {
    const signal = status === 143 ? 'TERM' : 'INT'
    return {
      means: 'stopped',
      code: 'run.stopped',
      reason: `stopped by kill (${signal})`,
      hint: 'p2p up opens it again',
      heals: true,
    }
  }
  if (status === 127) {
    return failed('program.missing', 'its program was not found (status 127)', 'check the program name and PATH', false)
  }
  if (status === 126) {
    return failed(
      'program.not-executable',
      'its program is not executable (status 126)',
      'check that the file is executable and built for this system',
      false,
    )
  }
  const { exitCode, signal } = readStatus(status)
  if (signal !== null) return failed('run.signalled', `killed by signal ${signal}`, 'p2p logs shows its output', true)
  if (exitCode === 0)
    return failed(
      'run.ended',
      'its program exited by itself (status 0)',
      'a tunnel program must stay in the foreground',
      true,
    )
  return failed('run.exited', `exited with status ${exitCode}`, 'p2p logs shows its output', true)
}

function failed(code: string, reason: string, hint: string, heals: boolean): ExitMeaning {
  return { means: 'failed', code, reason, hint, heals }
}

/** Null if the end was not recorded. */
export function ranFor(startedAt: number, endedAt: number | null): number | null {
  return endedAt === null ? null : Math.max(0, endedAt - startedAt)
}
