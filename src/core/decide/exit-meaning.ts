/** What a tunnel's exit means: by its driver's table, else by its status. */
import type { ExitRule, Problem, TunnelSpec } from '../model.ts'
import { linearPattern, longestMatched } from '../text/linear-pattern.ts'
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

/** What the user's own `outcomes` call final stays final. */
export const finalByUser = 'outcome.final'

/** `tunnel`: as launched; null: its specification is lost. */
export function readExitMeaning(facts: ExitFacts, tunnel: ExitTable | null): ExitMeaning {
  return (tunnel === null ? null : declaredMeaning(facts, tunnel)) ?? generalMeaning(facts)
}

/** What output of a running program means; null: nothing that ends it. */
export function readOutputMeaning(lines: readonly string[], tunnel: ExitTable): ExitMeaning | null {
  const outcomes = tunnel.outcomes.filter(({ living }) => living)
  if (outcomes.length === 0) return null
  const facts = { status: null, lastLines: lines, ranMs: null, opened: true, rebooted: false }
  return declaredMeaning(facts, { ...tunnel, outcomes })
}

function declaredMeaning(facts: ExitFacts, tunnel: ExitTable): ExitMeaning | null {
  const best = bestEvidence(tunnel.outcomes, facts)
  if (best === null) return null
  const { row } = best
  const { means, code, reason, heals } = row
  const hint = code === 'port.taken' ? (facts.toFree ?? row.hint) : row.hint
  const words = wordsFor(best, facts, tunnel)
  return { means, code, reason: fill(reason, words), hint: hint === null ? null : fill(hint, words), heals }
}

/** The named groups of the words that decide; none without such words. */
export function exitWords(facts: ExitFacts, tunnel: ExitTable | null): Words {
  return bestEvidence(tunnel?.outcomes ?? [], facts)?.groups ?? {}
}

interface Evidence {
  row: ExitRule
  groups: Words
  weight: number
}

/**
 * The row that the best evidence speaks for:
 * 1. words, the latest line first: it is closest to the end;
 * 2. words that follow any cause (`weak`), in the order of the table: ssh's last line is always "Connection closed", its
 *    cause stands above;
 * 3. a status alone, in the order of the table: many exits share one (a crash of connectd and a refused login).
 * For the same line, the first row.
 */
function bestEvidence(rows: readonly ExitRule[], facts: ExitFacts): Evidence | null {
  return rows.reduce<Evidence | null>((best, row) => {
    const evidence = evidenceFor(row, facts)
    return evidence === null || (best !== null && best.weight >= evidence.weight) ? best : evidence
  }, null)
}

function evidenceFor(row: ExitRule, facts: ExitFacts): Evidence | null {
  const { when } = row
  if (when.status !== undefined && when.status !== facts.status) return null
  if (when.withinMs !== undefined && (facts.ranMs === null || facts.ranMs > when.withinMs)) return null
  if (when.opened !== undefined && when.opened !== facts.opened) return null
  if (when.firstTry !== undefined && when.firstTry !== ((facts.tries ?? 0) === 0)) return null
  if (when.log === undefined) return { row, groups: {}, weight: 0 }
  const found = lastMatch(when.log, facts, row.living)
  const also = when.also === undefined ? null : lastMatch(when.also, facts)
  if (found === null || (when.also !== undefined && also === null)) return null
  return { row, groups: { ...also?.groups, ...found.groups }, weight: row.weak === true ? 1 : 2 + found.index }
}

/** What a program says of its end. The user's own words count before that, too: a long trace may follow them. */
export const endLines = 40

function lastMatch(
  source: string,
  { lastLines }: ExitFacts,
  living?: boolean,
): { groups: Words; index: number } | null {
  const pattern = living === true ? linearPattern(source) : new RegExp(source)
  const first = living === true ? 0 : Math.max(0, lastLines.length - endLines)
  for (let index = lastLines.length - 1; index >= first; index -= 1) {
    const match = pattern?.exec((lastLines[index] ?? '').slice(0, longestMatched)) ?? null
    if (match !== null) return { groups: match.groups ?? {}, index }
  }
  return null
}

type Words = Readonly<Record<string, string | undefined>>

function wordsFor({ groups }: Evidence, facts: ExitFacts, { name, endpoints }: ExitTable): Words {
  const [first] = endpoints
  return {
    ...Object.fromEntries(endpoints.map((each) => [`port.${each.name ?? ''}`, each.port.toString()])),
    name,
    host: first?.host,
    port: first?.port.toString(),
    holder: facts.holder ?? 'a program that has exited since',
    // Of several ports, the one that the line is about.
    ...groups,
  }
}

function fill(text: string, words: Words): string {
  return text.replace(/\{([\w.-]+)\}/g, (whole, key: string) =>
    Object.hasOwn(words, key) ? (words[key] ?? whole) : whole,
  )
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
