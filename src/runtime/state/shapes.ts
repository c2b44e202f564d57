// Whether recorded JSON is right inside, too: what is not is treated like text that does not parse. Only what this build
// relies on and every build has written is asked for. The tests are made once: every command runs them for every tunnel.
import { hookNames } from '../../core/decide/hooks.ts'
import type { RunRecord, TunnelSpec } from '../../core/model.ts'
import { isPattern } from '../../core/text/linear-pattern.ts'

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isNumber: Test = (value) => typeof value === 'number'
const isTimeOrNull: Test = (value) => value === null || isTime(value)
const isNumberOrNull: Test = (value) => value === null || isNumber(value)
const isTexts = listOf(isText)
const isEndpoints = listOf(has({ host: isText, port: isPort }))
/** Tunnels of one kind have the same table: each pattern is made once. */
const patterns = new Set<string>()
const isRegex = ifAny((value) => {
  if (typeof value !== 'string' || (!patterns.has(value) && !isPattern(value))) return false
  patterns.add(value)
  return true
})
const isCheck = has({ kind: isText, pattern: isRegex, means: ifAny(isText), argv: ifAny(isTexts), ms: ifAny(isNumber) })
const isReady = has({ conditions: listOf(isCheck), timeoutMs: isNumber })
const isProblem = has({ code: isText, reason: isText, hint: ifAny(isText) })

const isRecord = has({
  ...{ name: isText, fingerprint: isText, driver: isText, target: isText, bootId: isText },
  attempt: (nonce) => typeof nonce === 'string' && /^[0-9a-f]{32}$/.test(nonce),
  ...{ startedAt: isTime, restarts: isNumber, tries: isNumber, logOffset: isNumber },
  ...{ endpoints: isEndpoints, pids: has({ launcher: isNumberOrNull, program: isNumberOrNull }), ready: isReady },
  escaped: ifAny(isTexts),
  ...{ nextAt: isTimeOrNull, stoppingAt: isTimeOrNull },
  verdict: (verdict) => verdict === null || isProblem(verdict),
  ...{ waitsFor: ifAny(isText), sick: ifAny(isText), sickSince: ifAny(isTime), sickBehind: ifAny(isText) },
})

const isSpec = has({
  ...{ name: isText, driver: isText, target: isText, fingerprint: isText, profiles: isTexts },
  ...{ needs: listOf(has({ name: isText })), endpoints: isEndpoints, ready: isReady },
  launch: has({ args: Array.isArray, env: isObject, files: listOf(isObject), cwd: isText }),
  restart: has({ when: isText, max: isNumberOrNull }),
  stop: has({ signal: isText, graceMs: isNumber }),
  ...{
    description: ifAny(isText),
    labels: ifAny(isObject),
    url: ifAny(isText),
    client: ifAny(isTexts),
    health: ifAny(has({ check: isCheck })),
  },
  logs: has({
    ...{ maxBytes: isNumber, keep: isNumber, noise: isRegex, complaint: isRegex, handshake: isRegex, traffic: isRegex },
    complaints: ifAny(listOf(has({ why: isRegex, hint: isText }))),
    stages: ifAny(listOf(has({ log: isRegex, awaits: isText }))),
    network: ifAny(isText),
  }),
  hooks: ifAny(has({ timeoutMs: isNumber, ...Object.fromEntries(hookNames.map((name) => [name, ifAny(isTexts)])) })),
  outcomes: listOf(
    has({ when: has({ log: isRegex, also: isRegex }), code: isText, reason: isText, hint: ifAny(isText) }),
  ),
})

const isLaunched = has({ record: isRecord, spec: isSpec })
const isOwner = has({ pid: isNumber, startTime: isText, bootId: isText, host: isText })
const isDesired = has({
  want: (want) => want === 'up' || want === 'down',
  spec: isSpec,
  usedBy: ifAny(listOf(isOwner)),
})

export function isRunRecord(value: unknown): value is RunRecord {
  return isRecord(value)
}

export function isLaunchedTunnel(value: unknown): value is { record: RunRecord; spec: TunnelSpec } {
  return isLaunched(value)
}

export function isDesiredTunnel(value: unknown): value is { want: 'up' | 'down'; spec: TunnelSpec } {
  return isDesired(value)
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
}

/** Of one that a Date can hold: a later one could not be printed. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function has(tests: Record<string, Test>): Test {
  const keys = Object.keys(tests)
  const all = Object.values(tests)
  // A loop and no `every`: it is interpreted some ten thousand times, and no more often than that.
  return (value) => {
    if (!isObject(value)) return false
    for (let at = 0; at < all.length; at += 1) if (all[at]?.(value[keys[at] as string]) !== true) return false
    return true
  }
}

function ifAny(test: Test): Test {
  return (value) => value === undefined || value === null || test(value)
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test)
}
