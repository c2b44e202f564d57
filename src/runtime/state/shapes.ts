// Whether recorded JSON is right inside, too: what is not is treated like text that does not parse. Only what this build
// relies on and every build has written is asked for. The tests are made once: every command runs them for every tunnel.
import type { RunRecord, TunnelSpec } from '../../core/model.ts'

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isNumber: Test = (value) => typeof value === 'number'
const isNumberOrNull: Test = (value) => value === null || isNumber(value)
const isTexts = listOf(isText)
const isEndpoints = listOf(has({ host: isText, port: isPort }))
const isReady = has({ conditions: listOf(isObject), timeoutMs: isNumber })

const isRecord = has({
  ...{ name: isText, fingerprint: isText, driver: isText, target: isText, bootId: isText },
  attempt: (nonce) => typeof nonce === 'string' && /^[0-9a-f]{32}$/.test(nonce),
  ...{ startedAt: isNumber, restarts: isNumber, tries: isNumber, logOffset: isNumber },
  ...{ endpoints: isEndpoints, pids: has({ launcher: isNumberOrNull, program: isNumberOrNull }), ready: isReady },
  escaped: (sockets) => sockets === undefined || isTexts(sockets),
  ...{ nextAt: isNumberOrNull, stoppingAt: isNumberOrNull },
  verdict: (verdict) => verdict === null || isObject(verdict),
})

const isSpec = has({
  ...{ name: isText, driver: isText, target: isText, fingerprint: isText, profiles: isTexts },
  ...{ needs: listOf(has({ name: isText })), endpoints: isEndpoints, ready: isReady },
  launch: has({ args: Array.isArray, env: isObject, files: listOf(isObject), cwd: isText }),
  restart: has({ when: isText, max: isNumberOrNull }),
  stop: has({ signal: isText, graceMs: isNumber }),
  logs: has({ maxBytes: isNumber, keep: isNumber }),
  outcomes: listOf(has({ when: isObject })),
})

const isLaunched = has({ record: isRecord, spec: isSpec })
const isDesired = has({ want: (want) => want === 'up' || want === 'down', spec: isSpec })

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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function has(tests: Record<string, Test>): Test {
  const entries = Object.entries(tests)
  return (value) => isObject(value) && entries.every(([key, test]) => test(value[key]))
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test)
}
