/** The simulator's environment variables, as a table shared by help and reader. */
import type { Endpoint } from '../core/model.ts'
import { readEndpoint } from '../core/text/endpoint.ts'

interface Row {
  /** The form of a value, and its default. */
  form: string
  does: string
}

export const envOptionTable = {
  SPEED: { form: 'number above 0, default 1', does: 'divides every wait, those of faults included' },
  LOGIN_MS: { form: 'ms, default 1500', does: 'how long the login takes' },
  CONNECT_MS: { form: 'ms, default 2000', does: 'how long connecting to the device takes' },
  READY_MS: { form: 'ms, default 0', does: 'time between Starting Proxy and Proxy started.' },
  JITTER_MS: { form: 'ms, default 0', does: 'up to so much is added to login and connecting' },
  STATUS_MS: { form: 'ms, default 1000', does: 'time between two !!status lines (-s)' },
  THROUGHPUT_MS: { form: 'ms, default 5000', does: 'time between two !!throughput lines (-s)' },
  EXIT_MS: { form: 'ms, default 150', does: 'time between SIGTERM or SIGINT and the end' },
  SEED: {
    form: 'any text, default random',
    does: 'same arguments, knobs and seed: same bytes but PID, times, counter',
  },
  BUFFER: {
    form: 'line or block, default as stdio: line on a terminal',
    does: 'block: flushes only where connectd does',
  },
  FAULT: { form: 'list of faults, default none', does: 'what goes wrong, see below' },
  FAULT_ONCE: { form: 'path', does: 'faults apply while this file is absent; it is made then' },
  FIX017: { form: '1', does: 'a taken port ends with status 17 instead of 0' },
  VERSION: { form: '4.6 or 4.7, default 4.6', does: '4.7: knows -v, reads a last line without newline' },
  TARGET: { form: 'HOST:PORT', does: 'the far end: connections are relayed there' },
  FAR: {
    form: 'auto, http or echo, default auto',
    does: 'the far end without TARGET; auto: HTTP is answered, all else echoed',
  },
  SIGN: { form: 'ok', does: 'signed provisioning files pass as targets instead of failing their signature' },
  TAME: { form: '1', does: 'files that crash or hang connectd end with status 1 instead' },
  SIGINT: { form: 'ignore', does: 'as a shell starts background jobs; Node forgets an inherited SIG_IGN' },
} as const satisfies Record<string, Row>

/** Milliseconds, not yet divided by `speed`. */
export interface EnvOptions {
  speed: number
  loginMs: number
  connectMs: number
  readyMs: number
  jitterMs: number
  statusMs: number
  throughputMs: number
  exitMs: number
  seed: string | null
  buffer: 'line' | 'block' | null
  fault: string
  faultOnce: string | null
  fix017: boolean
  version: '4.6' | '4.7'
  target: Endpoint | null
  far: 'auto' | 'http' | 'echo'
  signOk: boolean
  tame: boolean
  ignoreInterrupt: boolean
}

/** Reads CONNECTD_SIM_*. A string is the first error. */
export function readEnvOptions(env: Readonly<Record<string, string | undefined>>): EnvOptions | string {
  const wrong: string[] = []

  function text(name: keyof typeof envOptionTable): string | null {
    const value = env[`CONNECTD_SIM_${name}`]
    return value === undefined || value === '' ? null : value
  }
  function refuse(name: keyof typeof envOptionTable, wanted: string): void {
    wrong.push(`CONNECTD_SIM_${name} must be ${wanted}, not "${text(name) ?? ''}"`)
  }
  function ms(name: keyof typeof envOptionTable, otherwise: number): number {
    const value = text(name) ?? String(otherwise)
    if (!/^\d{1,9}$/.test(value)) refuse(name, 'a whole number of milliseconds')
    return Number(value)
  }
  function word<const W extends string>(name: keyof typeof envOptionTable, words: readonly W[]): W | null {
    const value = text(name)
    const known = words.find((candidate) => candidate === value) ?? null
    if (value !== null && known === null) refuse(name, words.join(' or '))
    return known
  }
  function period(name: keyof typeof envOptionTable, otherwise: number): number {
    const value = ms(name, otherwise)
    if (value === 0) refuse(name, 'above 0')
    return value
  }

  const speed = Number(text('SPEED') ?? 1)
  if (!(speed > 0 && Number.isFinite(speed))) refuse('SPEED', 'a number above 0')
  const target = text('TARGET')
  const endpoint = target === null ? null : readEndpoint(target)
  if (target !== null && endpoint === null) refuse('TARGET', 'HOST:PORT')

  const options: EnvOptions = {
    speed,
    loginMs: ms('LOGIN_MS', 1500),
    connectMs: ms('CONNECT_MS', 2000),
    readyMs: ms('READY_MS', 0),
    jitterMs: ms('JITTER_MS', 0),
    statusMs: period('STATUS_MS', 1000),
    throughputMs: period('THROUGHPUT_MS', 5000),
    exitMs: ms('EXIT_MS', 150),
    seed: text('SEED'),
    buffer: word('BUFFER', ['line', 'block']),
    fault: text('FAULT') ?? '',
    faultOnce: text('FAULT_ONCE'),
    fix017: word('FIX017', ['1', '0']) === '1',
    version: word('VERSION', ['4.6', '4.7']) ?? '4.6',
    target: endpoint,
    far: word('FAR', ['auto', 'http', 'echo']) ?? 'auto',
    signOk: word('SIGN', ['ok']) === 'ok',
    tame: word('TAME', ['1', '0']) === '1',
    ignoreInterrupt: word('SIGINT', ['ignore', 'default']) === 'ignore',
  }
  return wrong[0] ?? options
}
