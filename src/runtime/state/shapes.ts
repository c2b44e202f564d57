// Whether recorded JSON is right inside, too: what is not is treated like text that does not parse. Only what this build
// relies on and every build has written is asked for.
import type { RunRecord, TunnelSpec } from '../../core/model.ts'

type Test = (value: unknown) => boolean

export function isRunRecord(value: unknown): value is RunRecord {
  return has(value, {
    ...{ name: isText, fingerprint: isText, driver: isText, target: isText, bootId: isText },
    attempt: (nonce) => isText(nonce) && /^[0-9a-f]{32}$/.test(nonce),
    ...{ startedAt: isNumber, restarts: isNumber, tries: isNumber, logOffset: isNumber },
    endpoints: isEndpoints,
    pids: (pids) => has(pids, { launcher: isNumberOrNull, program: isNumberOrNull }),
    ready: (ready) => has(ready, { conditions: listOf(isObject), timeoutMs: isNumber }),
    escaped: (sockets) => sockets === undefined || listOf(isText)(sockets),
    ...{
      nextAt: isNumberOrNull,
      stoppingAt: isNumberOrNull,
      verdict: (verdict) => verdict === null || isObject(verdict),
    },
  })
}

export function isLaunchedTunnel(value: unknown): value is { record: RunRecord; spec: TunnelSpec } {
  return has(value, { record: isRunRecord, spec: isTunnelSpec })
}

export function isDesiredTunnel(value: unknown): value is { want: 'up' | 'down'; spec: TunnelSpec } {
  return has(value, { want: (want) => want === 'up' || want === 'down', spec: isTunnelSpec })
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
}

function isTunnelSpec(value: unknown): value is TunnelSpec {
  return has(value, {
    ...{ name: isText, driver: isText, target: isText, fingerprint: isText },
    ...{ profiles: listOf(isText), needs: listOf((need) => has(need, { name: isText })), endpoints: isEndpoints },
    launch: (launch) => has(launch, { args: listOf(() => true), env: isObject, files: listOf(isObject), cwd: isText }),
    ready: (ready) => has(ready, { conditions: listOf(isObject), timeoutMs: isNumber }),
    restart: (restart) => has(restart, { when: isText, max: isNumberOrNull }),
    stop: (stop) => has(stop, { signal: isText, graceMs: isNumber }),
    logs: (logs) => has(logs, { maxBytes: isNumber, keep: isNumber }),
    outcomes: listOf((rule) => has(rule, { when: isObject })),
  })
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function has(value: unknown, tests: Record<string, Test>): boolean {
  return isObject(value) && Object.entries(tests).every(([key, test]) => test(value[key]))
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test)
}

function isEndpoints(value: unknown): boolean {
  return listOf((endpoint) => has(endpoint, { host: isText, port: isPort }))(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value)
}
