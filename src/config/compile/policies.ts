/** Readiness, health checks, restart, stop and logs of a tunnel: its own keys over its driver's defaults. */
import type { Compiled, DriverProblem } from '../../drivers/driver.ts'
import {
  healthchecks,
  readyConditions,
  type Healthcheck,
  type Hooks as HookKeys,
  type Ready as ReadyKeys,
  type Tunnel,
} from '../../core/generated/schema.ts'
import type {
  Check,
  Health,
  Hooks,
  LogPolicy,
  Ready,
  ReadyCondition,
  RestartPolicy,
  TunnelSpec,
} from '../../core/model.ts'
import { hookNames } from '../../core/decide/hooks.ts'
import { needsPort } from '../../core/text/condition-words.ts'
import { isPattern } from '../../core/text/linear-pattern.ts'
import { parseDuration, parseSize } from '../../core/text/units.ts'
import { portRequired } from '../../drivers/problems.ts'

export type Policies = Pick<TunnelSpec, 'ready' | 'health' | 'restart' | 'stop' | 'logs' | 'hooks'>
type PolicyProblem = Pick<DriverProblem, 'path' | 'message' | 'hint'>

/** `fill` fills in the placeholders of an argv. */
export function policiesOf(
  keys: Tunnel,
  driver: Compiled,
  fill: (text: string) => string,
): Policies & { problems: PolicyProblem[] } {
  const listens = driver.endpoints.length > 0 || driver.asked === null
  const health = healthOf(keys.healthcheck, listens, fill)
  return {
    ready: readyOf(keys.ready ?? {}, driver.ready, health, fill),
    health,
    restart: restartOf(keys.restart ?? 'on-failure'),
    stop: { signal: keys.stop?.signal ?? driver.stop.signal, graceMs: ms(keys.stop?.grace) ?? driver.stop.graceMs },
    logs: {
      maxBytes: parseSize(keys.logs?.max_size ?? '') ?? defaultLogs.maxBytes,
      keep: keys.logs?.keep ?? defaultLogs.keep,
      ...learnedFrom(driver),
    },
    ...hooksOf(keys.hooks, fill),
    // The driver reports a missing port.
    problems: problemsOf(keys, listens || driver.problems.some(({ code }) => code === portRequired().code)),
  }
}

function problemsOf(keys: Tunnel, hasPort: boolean): PolicyProblem[] {
  const { ready, healthcheck } = keys
  return [
    ...kindProblems('ready', kindsIn(readyConditions, ready), hasPort),
    ...kindProblems('healthcheck', kindsIn(healthchecks, healthcheck), hasPort),
    ...waitProblems(keys),
    ...programProblems(keys),
  ]
}

/** The driver looks at its own `command`. */
function programProblems({ client, ready, healthcheck, hooks }: Tunnel): PolicyProblem[] {
  const argvs: [string[], readonly string[] | undefined][] = [
    [['client'], client],
    [['ready', 'command'], ready?.command],
    [['healthcheck', 'command'], typeof healthcheck === 'object' ? healthcheck.command : undefined],
    ...hookNames.map((name): [string[], readonly string[] | undefined] => [['hooks', name], hooks?.[name]]),
  ]
  return argvs.flatMap(([path, argv]) =>
    argv?.[0] === '' ? [{ path: [...path, 0], message: 'must name a program', hint: null }] : [],
  )
}

/** What its driver knows of the lines of its program. */
function learnedFrom(driver: Compiled): Partial<LogPolicy> {
  const keys = ['noise', 'complaint', 'complaints', 'handshake', 'traffic', 'stages', 'network'] as const
  return Object.fromEntries(keys.flatMap((key) => (driver[key] === undefined ? [] : [[key, driver[key]]])))
}

const defaultLogs: LogPolicy = { maxBytes: 10 * 1024 * 1024, keep: 3 }

/** Declared conditions replace the driver's and the first answer of the healthcheck; a timeout alone keeps them. */
function readyOf(keys: ReadyKeys, driver: Ready, health: Health | null, fill: (text: string) => string): Ready {
  const given = kindsIn(readyConditions, keys, fill) as ReadyCondition[]
  const check = health === null || health.check.kind === 'listen' ? [] : [health.check]
  return {
    conditions: given.length > 0 ? given : [...driver.conditions, ...check],
    timeoutMs: ms(keys.timeout) ?? driver.timeoutMs,
  }
}

function healthOf(keys: Healthcheck | undefined, listens: boolean, fill: (text: string) => string): Health | null {
  if (keys === false) return null
  const [check = { kind: 'listen' }] = kindsIn(healthchecks, keys, fill) as Check[]
  // Nothing listens: no check unless one is declared.
  if (check.kind === 'listen' && !listens) return null
  return {
    check,
    intervalMs: ms(keys?.interval) ?? 30_000,
    timeoutMs: ms(keys?.timeout) ?? 5000,
    retries: keys?.retries ?? 3,
  }
}

type Kind = (Check | ReadyCondition)['kind']

/** The declared conditions or checks, in the order of `table`. */
function kindsIn(
  table: Partial<Record<Kind, string | null>>,
  keys: ReadyKeys | Healthcheck = {},
  fill = (text: string): string => text,
): { kind: Kind; pattern?: string }[] {
  const given = keys as Partial<Record<Kind, string | string[] | true>>
  return (Object.keys(table) as Kind[]).flatMap((kind) => {
    const value = given[kind]
    const field = table[kind] ?? null
    if (value === undefined) return []
    return [{ kind, ...(field === null ? {} : { [field]: Array.isArray(value) ? value.map(fill) : value }) }]
  })
}

function hooksOf(keys: HookKeys | undefined, fill: (text: string) => string): { hooks?: Hooks } {
  const given = hookNames.flatMap((name) => {
    const argv = keys?.[name]
    return argv === undefined ? [] : [[name, argv.map(fill)]]
  })
  if (given.length === 0) return {}
  return { hooks: { ...Object.fromEntries(given), timeoutMs: ms(keys?.timeout) ?? 10_000 } as Hooks }
}

function restartOf(text: string): RestartPolicy {
  const [when, max] = text.split(':')
  if (when === 'no' || when === 'always') return { when, max: null }
  return { when: 'on-failure', max: max === undefined ? null : Number(max) }
}

function ms(duration: string | undefined): number | null {
  return duration === undefined ? null : parseDuration(duration)
}

function kindProblems(key: string, given: ReturnType<typeof kindsIn>, hasPort: boolean): PolicyProblem[] {
  return given.flatMap(({ kind, pattern }) => [
    ...(hasPort || !needsPort(kind)
      ? []
      : [{ path: [key, kind], message: 'needs a port, but the tunnel has none', hint: 'port: auto' }]),
    ...(pattern === undefined || isPattern(pattern)
      ? []
      : [{ path: [key, kind], message: 'must be a JavaScript regular expression', hint: null }]),
  ])
}

/** The maximum of Node's timers; a longer wait ends at once. */
const longestWaitMs = 2 ** 31 - 1

function waitProblems({ ready, healthcheck, hooks, stop }: Tunnel): PolicyProblem[] {
  const health = typeof healthcheck === 'object' ? healthcheck : undefined
  return [
    ...waitProblem(['ready', 'timeout'], ready?.timeout, 1),
    ...waitProblem(['healthcheck', 'interval'], health?.interval, 1),
    ...waitProblem(['healthcheck', 'timeout'], health?.timeout, 1),
    ...waitProblem(['hooks', 'timeout'], hooks?.timeout, 1),
    // Without grace it is killed at once.
    ...waitProblem(['stop', 'grace'], stop?.grace, 0),
  ]
}

function waitProblem(path: string[], duration: string | undefined, leastMs: number): PolicyProblem[] {
  const wait = ms(duration) ?? leastMs
  if (wait > longestWaitMs) return [{ path, message: 'must be at most 24 days', hint: null }]
  return wait < leastMs ? [{ path, message: 'must be longer than 0s', hint: null }] : []
}
