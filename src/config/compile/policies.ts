/** How a tunnel is waited for, checked, brought back, stopped and logged: its own keys over its driver's defaults. */
import type { Compiled } from '../../drivers/driver.ts'
import type { Healthcheck, Ready as ReadyKeys, Tunnel } from '../../core/generated/schema.ts'
import type { Health, LogPolicy, Ready, ReadyCondition, RestartPolicy, StopPolicy } from '../../core/model.ts'
import { parseDuration, parseSize } from '../../core/text/units.ts'
import { portRequired } from '../../drivers/problems.ts'

export interface Policies {
  ready: Ready
  health: Health | null
  restart: RestartPolicy
  stop: StopPolicy
  logs: LogPolicy
}

/** Something that the keys ask for and the tunnel can't give. `message` follows the dotted path in a sentence. */
export interface PolicyProblem {
  path: (string | number)[]
  message: string
  hint: string | null
}

/** `keys` are validated; `fill` fills in the placeholders of an argv. */
export function policiesOf(
  keys: Tunnel,
  driver: Compiled,
  fill: (text: string) => string,
): Policies & { problems: PolicyProblem[] } {
  const listens = driver.endpoints.length > 0
  return {
    ready: readyOf(keys.ready ?? {}, driver.ready, fill),
    health: healthOf(keys.healthcheck, listens, fill),
    restart: restartOf(keys.restart ?? 'on-failure'),
    stop: { signal: keys.stop?.signal ?? driver.stop.signal, graceMs: ms(keys.stop?.grace) ?? driver.stop.graceMs },
    logs: {
      maxBytes: parseSize(keys.logs?.max_size ?? '') ?? defaultLogs.maxBytes,
      keep: keys.logs?.keep ?? defaultLogs.keep,
      ...(driver.noise === undefined ? {} : { noise: driver.noise }),
      ...(driver.complaint === undefined ? {} : { complaint: driver.complaint }),
      ...(driver.handshake === undefined ? {} : { handshake: driver.handshake }),
      ...(driver.traffic === undefined ? {} : { traffic: driver.traffic }),
      ...(driver.stages === undefined ? {} : { stages: driver.stages }),
    },
    // A port that is missing has been told by the driver.
    problems: problemsOf(keys, listens || driver.problems.some(({ code }) => code === portRequired().code)),
  }
}

function problemsOf(keys: Tunnel, hasPort: boolean): PolicyProblem[] {
  const { ready, healthcheck, stop } = keys
  // Most tunnels of a large fleet say nothing of it.
  if (ready === undefined && healthcheck === undefined && stop === undefined) return []
  return [
    ...(hasPort ? [] : needsPort(keys)),
    ...patternProblems('ready', ready),
    ...patternProblems('healthcheck', healthcheck),
    ...waitProblems(keys),
  ]
}

const defaultLogs: LogPolicy = { maxBytes: 10 * 1024 * 1024, keep: 3 }

/** Conditions that are given replace the driver's; a timeout alone leaves them. */
function readyOf(keys: ReadyKeys, driver: Ready, fill: (text: string) => string): Ready {
  const given: ReadyCondition[] = []
  if (keys.log !== undefined) given.push({ kind: 'log', pattern: keys.log })
  if (keys.listen === true) given.push({ kind: 'listen' })
  if (keys.banner !== undefined) given.push({ kind: 'banner', pattern: keys.banner })
  if (keys.http !== undefined) given.push({ kind: 'http', path: keys.http })
  if (keys.command !== undefined) given.push({ kind: 'command', argv: keys.command.map(fill) })
  return { conditions: given.length > 0 ? given : driver.conditions, timeoutMs: ms(keys.timeout) ?? driver.timeoutMs }
}

function healthOf(keys: Healthcheck | undefined, listens: boolean, fill: (text: string) => string): Health | null {
  if (keys === false) return null
  const check = healthCheckOf(keys ?? {}, fill)
  // Where nothing listens, there is nothing to look for unless a check is asked for.
  if (check.kind === 'listen' && !listens) return null
  return {
    check,
    intervalMs: ms(keys?.interval) ?? 30_000,
    timeoutMs: ms(keys?.timeout) ?? 5000,
    retries: keys?.retries ?? 3,
  }
}

function healthCheckOf(keys: Exclude<Healthcheck, false>, fill: (text: string) => string): Health['check'] {
  if (keys.banner !== undefined) return { kind: 'banner', pattern: keys.banner }
  if (keys.http !== undefined) return { kind: 'http', path: keys.http }
  if (keys.tls === true) return { kind: 'tls' }
  if (keys.command !== undefined) return { kind: 'command', argv: keys.command.map(fill) }
  return { kind: 'listen' }
}

function restartOf(text: string): RestartPolicy {
  const [when, max] = text.split(':')
  if (when === 'no' || when === 'always') return { when, max: null }
  return { when: 'on-failure', max: max === undefined ? null : Number(max) }
}

function ms(duration: string | undefined): number | null {
  return duration === undefined ? null : parseDuration(duration)
}

function needsPort(keys: Tunnel): PolicyProblem[] {
  const problems: PolicyProblem[] = []
  const through = { ready: ['listen', 'banner', 'http'], healthcheck: ['listen', 'banner', 'http', 'tls'] } as const
  for (const [key, kinds] of Object.entries(through)) {
    const given = keys[key as keyof typeof through]
    for (const kind of kinds) {
      if (typeof given !== 'object' || !(kind in given)) continue
      problems.push({ path: [key, kind], message: 'needs a port, and the tunnel has none', hint: 'port: auto' })
    }
  }
  return problems
}

function patternProblems(key: string, given: { log?: string; banner?: string } | false | undefined): PolicyProblem[] {
  if (typeof given !== 'object') return []
  return (['log', 'banner'] as const).flatMap((kind) => {
    const pattern = given[kind]
    if (pattern === undefined || isPattern(pattern)) return []
    return [{ path: [key, kind], message: 'must be a regular expression as JavaScript knows them', hint: null }]
  })
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

/** The longest time that Node's timers wait; they take a longer one for no time at all. */
const longestWaitMs = 2 ** 31 - 1

function waitProblems({ ready, healthcheck, stop }: Tunnel): PolicyProblem[] {
  const health = typeof healthcheck === 'object' ? healthcheck : undefined
  return [
    ...waitProblem(['ready', 'timeout'], ready?.timeout, 1),
    ...waitProblem(['healthcheck', 'interval'], health?.interval, 1),
    ...waitProblem(['healthcheck', 'timeout'], health?.timeout, 1),
    // Whoever gives no grace wants it killed at once.
    ...waitProblem(['stop', 'grace'], stop?.grace, 0),
  ]
}

function waitProblem(path: string[], duration: string | undefined, leastMs: number): PolicyProblem[] {
  const wait = ms(duration) ?? leastMs
  if (wait > longestWaitMs)
    return [{ path, message: 'is longer than 24 days, which is more than p2p can wait', hint: null }]
  return wait < leastMs ? [{ path, message: 'must be longer than 0s', hint: null }] : []
}
