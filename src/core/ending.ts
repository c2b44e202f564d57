/** What a tunnel's end means: its driver's table first, then what any program's status says. */
import type { Outcome, Problem, TunnelSpec } from './model.ts'
import { readStatus } from './signals.ts'

export type Ending = Problem & { means: 'failed' | 'stopped' }

export interface EndingFacts {
  /** As a shell reports it; null: nobody saw it end. */
  status: number | null
  /** The tunnel's last lines of output. */
  lastLines: readonly string[]
  /** Milliseconds between launch and end; null: unknown. */
  ranMs: number | null
  opened: boolean
  /** The machine was started anew since. */
  rebooted: boolean
}

export type EndingTable = Pick<TunnelSpec, 'name' | 'outcomes' | 'endpoints'>

/** Reads an ending with the table of the tunnel as it was launched (null: its specification is lost). */
export function readEnding(facts: EndingFacts, tunnel: EndingTable | null): Ending {
  const row = tunnel?.outcomes.find((outcome) => matches(outcome, facts))
  if (row && tunnel) {
    return {
      means: row.means,
      code: row.code,
      reason: fill(row.reason, tunnel),
      hint: row.hint === null ? null : fill(row.hint, tunnel),
      heals: row.heals,
    }
  }
  return generalEnding(facts)
}

function matches({ when }: Outcome, facts: EndingFacts): boolean {
  if (when.status !== undefined && when.status !== facts.status) return false
  if (when.withinMs !== undefined && (facts.ranMs === null || facts.ranMs > when.withinMs)) return false
  if (when.opened !== undefined && when.opened !== facts.opened) return false
  if (when.log !== undefined) {
    const pattern = new RegExp(when.log)
    if (!facts.lastLines.some((line) => pattern.test(line))) return false
  }
  return true
}

function fill(text: string, tunnel: EndingTable): string {
  const first = tunnel.endpoints[0]
  const values: Record<string, string | undefined> = {
    name: tunnel.name,
    host: first?.host,
    port: first?.port.toString(),
  }
  return text.replace(/\{(name|host|port)\}/g, (whole, key: string) => values[key] ?? whole)
}

function generalEnding({ status, rebooted }: EndingFacts): Ending {
  if (rebooted) {
    return failed('run.rebooted', 'the machine was restarted', 'p2p up opens it again', true)
  }
  if (status === null) {
    return failed('run.killed', 'killed together with its launcher, status unknown', 'p2p up opens it again', true)
  }
  // 143 and 130: the program took TERM or INT from somebody, and p2p did not send it (launch-protocol, decisions on top).
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
      'its program could not be run (status 126)',
      'check that the file is executable and made for this system',
      false,
    )
  }
  const { exitCode, signal } = readStatus(status)
  if (signal !== null) return failed('run.signalled', `ended by signal ${signal}`, 'p2p logs shows what it said', true)
  if (exitCode === 0)
    return failed(
      'run.ended',
      'its program ended by itself (status 0)',
      'a tunnel program must stay in the foreground',
      true,
    )
  return failed('run.exited', `exited with status ${exitCode}`, 'p2p logs shows what it said', true)
}

function failed(code: string, reason: string, hint: string, heals: boolean): Ending {
  return { means: 'failed', code, reason, hint, heals }
}

/** How long a run lasted, or null where its end was not recorded. */
export function ranFor(startedAt: number, endedAt: number | null): number | null {
  return endedAt === null ? null : Math.max(0, endedAt - startedAt)
}
