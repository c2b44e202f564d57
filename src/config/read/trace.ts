/**
 * What a load asked, and was answered. Loading is a function of its question (working folder and flags) and of these
 * answers: where they are all the same again, so is the project. Nothing has to be known about what matters to it.
 */
import { sha256 } from '../../core/text/sha256.ts'
import type { Environment } from '../../core/context.ts'
import type { PortsInUse } from './ports-in-use.ts'
import { answerTo, onAnswer, type DiskAnswer } from './disk.ts'

export interface Trace {
  disk: DiskAnswer[]
  /** Names of variables, and a digest of their values with `salt`: they may be secrets. */
  variables: string[]
  salt: string
  digest: string
  /** Automatic ports on record, as JSON; null: not asked. */
  ports: string | null
  /** What programs said about tunnels: its arguments and its answer. */
  asked: [tunnel: string, argv: string[], answer: string | null][]
}

/** Where an answer came from something that cannot be asked again, `trace` is null. */
export interface Traced<T> {
  loaded: T
  trace: Trace | null
}

interface Answering {
  env: Environment
  ports: PortsInUse
  /** Epoch milliseconds. */
  now: number
  /** Unguessable. */
  salt: string
}

/** @throws what `load` throws; a load that fails is not traced. */
export async function traced<T>(
  { env, ports, now, salt }: Answering,
  load: (env: Environment, ports: PortsInUse) => Promise<T>,
): Promise<Traced<T>> {
  const disk: DiskAnswer[] = []
  const asked: Trace['asked'] = []
  const variables = new Set<string>()
  const seen: { repeatable: boolean; ports: string | null } = { repeatable: true, ports: null }
  const watchedEnv = new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') variables.add(name)
      return Reflect.get(target, name) as unknown
    },
    // "Which variables are there?" has no answer worth keeping.
    ownKeys(target) {
      seen.repeatable = false
      return Reflect.ownKeys(target)
    },
    has(target, name) {
      seen.repeatable = false
      return Reflect.has(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      if (typeof name === 'string') variables.add(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
  const watchedPorts: PortsInUse = {
    recorded: (project) => {
      const recorded = ports.recorded(project)
      seen.ports = JSON.stringify(recorded)
      return recorded
    },
    ask: (project, tunnel, argv) => {
      const answer = ports.ask?.(project, tunnel, argv) ?? null
      asked.push([tunnel, argv, answer])
      return answer
    },
    taken: (endpoint) => {
      seen.repeatable = false
      return ports.taken(endpoint)
    },
  }
  const stopWatching = onAnswer((answer, changedAt) => {
    disk.push(answer)
    if (changedAt !== null && isYoung(changedAt, now)) seen.repeatable = false
  })
  try {
    const loaded = await load(watchedEnv, watchedPorts)
    const names = [...variables]
    const trace = { disk, variables: names, salt, digest: digestOf(names, env, salt), ports: seen.ports, asked }
    return { loaded, trace: seen.repeatable ? trace : null }
  } finally {
    stopWatching()
  }
}

/** Whether everything would be answered as it was. */
export function stillHolds(
  trace: Trace,
  project: { name: string; folder: string },
  { env, ports }: Omit<Answering, 'now' | 'salt'>,
): boolean {
  return (
    trace.disk.every(([kind, path, answer]) => answerTo(kind, path) === answer) &&
    digestOf(trace.variables, env, trace.salt) === trace.digest &&
    (trace.ports === null || JSON.stringify(ports.recorded(project)) === trace.ports) &&
    trace.asked.every(([tunnel, argv, answer]) => (ports.ask?.(project, tunnel, argv) ?? null) === answer)
  )
}

/** A file so young may be written again without a change of its times (as git's "racily clean" index entries). */
function isYoung(changedAt: bigint, now: number): boolean {
  // Without nanoseconds the file system counts in seconds, some in two.
  const grainMs = changedAt % 1_000_000_000n === 0n ? 2000 : 50
  return Number(changedAt / 1_000_000n) > now - grainMs
}

/** One digest over all: its cost is in the number of calls. */
function digestOf(names: readonly string[], env: Environment, salt: string): string {
  return sha256(salt + JSON.stringify(names.map((name) => env[name] ?? null)))
}
