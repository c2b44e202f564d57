/** What would keep a tunnel from running, found before anything is launched so that it is said in words. */
import { statSync } from 'node:fs'
import { endpointsClash } from '../core/endpoint.ts'
import { readEnding } from '../core/ending.ts'
import type { Problem, TunnelSpec } from '../core/model.ts'
import { formatHolder } from '../core/status.ts'
import { findProgram } from './program.ts'
import type { Snapshot } from './system/index.ts'

/** The driver's own words for status 127 and 126, where it has any: how to install connectd, for example. */
export function programTrouble(spec: TunnelSpec, env: Readonly<Record<string, string>>): Problem | null {
  const { program, cwd } = spec.launch
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return {
      code: 'cwd.missing',
      reason: `its working directory ${cwd} does not exist`,
      hint: 'create it, or set working_dir',
      heals: false,
    }
  }
  if (typeof program !== 'string') return null
  const look = findProgram(program, env, cwd)
  if (look.kind === 'found') return null
  const status = look.kind === 'missing' ? 127 : 126
  const known = spec.outcomes.some(({ when }) => when.status === status)
  const words = readEnding({ status, lastLines: [], ranMs: null, opened: false, rebooted: false }, spec)
  const reason =
    look.kind === 'missing'
      ? `program ${program} was not found${program.includes('/') ? '' : ' on PATH'}`
      : `program ${look.path} is not executable`
  return { code: words.code, reason: known ? words.reason : reason, hint: words.hint, heals: false }
}

/** Somebody else on one of its addresses, named. */
export function portTrouble(snapshot: Snapshot, spec: TunnelSpec): Problem | null {
  if (spec.endpoints.length === 0) return null
  const sockets = snapshot.listeners(new Set(spec.endpoints.map(({ port }) => port)))
  for (const endpoint of spec.endpoints) {
    const taken = sockets.find((socket) => endpointsClash(socket, endpoint))
    if (taken !== undefined) return portTaken(endpoint.port, formatHolder(snapshot.holder(taken)))
  }
  return null
}

/** The one wording for a port that somebody else has. */
export function portTaken(port: number, holder: string): Problem {
  return {
    code: 'port.taken',
    reason: `port ${port} is held by ${holder}`,
    hint: 'end that program, or set another port in p2p.yaml',
    heals: true,
  }
}
