/** The simulator's environment variables, as a table shared by help and reader. */
import { readEndpoint } from '../core/text/endpoint.ts'

/** The form of a value with its default, and what it does. */
export const envOptionTable = {
  SPEED: ['number above 0, default 1', 'divides every wait, those of faults included'],
  LOGIN_MS: ['ms, default 1500', 'how long the login takes'],
  CONNECT_MS: ['ms, default 2000', 'how long connecting to the device takes'],
  READY_MS: ['ms, default 0', 'time between Starting Proxy and Proxy started.'],
  JITTER_MS: ['ms, default 0', 'up to so much is added to login and connecting'],
  STATUS_MS: ['ms, default 1000', 'time between two !!status lines (-s)'],
  THROUGHPUT_MS: ['ms, default 5000', 'time between two !!throughput lines (-s)'],
  EXIT_MS: ['ms, default 150', 'time between SIGTERM or SIGINT and the end'],
  SEED: ['any text, default random', 'same arguments, knobs and seed: same bytes but PID, times, counter'],
  BUFFER: ['line or block, default as stdio: line on a terminal', 'block: flushes only where connectd does'],
  FAULT: ['list of faults, default none', 'what goes wrong, see below'],
  FAULT_ONCE: ['path', 'faults apply while this file is absent; it is made then'],
  FIX017: ['1', 'a taken port ends with status 17 instead of 0'],
  VERSION: ['4.6 or 4.7, default 4.6', '4.7: knows -v, reads a last line without newline'],
  TARGET: ['HOST:PORT', 'the far end: connections are relayed there'],
  FAR: ['auto, http or echo, default auto', 'the far end without TARGET; auto: HTTP is answered, all else echoed'],
  SIGN: ['ok', 'signed provisioning files pass as targets instead of failing their signature'],
  TAME: ['1', 'files that crash or hang connectd end with status 1 instead'],
  SIGINT: ['ignore', 'as a shell starts background jobs; Node forgets an inherited SIG_IGN'],
} as const satisfies Record<string, readonly [form: string, does: string]>

type Name = keyof typeof envOptionTable

/** Milliseconds are not yet divided by `speed`. */
export type EnvOptions = Exclude<ReturnType<typeof readEnvOptions>, string>

/** Reads CONNECTD_SIM_*. A string is the first error. */
export function readEnvOptions(env: Readonly<Record<string, string | undefined>>) {
  const wrong: string[] = []

  function text(name: Name): string | null {
    const value = env[`CONNECTD_SIM_${name}`]
    return value === undefined || value === '' ? null : value
  }
  function refuse(name: Name, wanted: string): void {
    wrong.push(`CONNECTD_SIM_${name} must be ${wanted}, not "${text(name) ?? ''}"`)
  }
  function ms(name: Name, otherwise: number): number {
    const value = text(name) ?? String(otherwise)
    if (!/^\d{1,9}$/.test(value)) refuse(name, 'a whole number of milliseconds')
    return Number(value)
  }
  function word<const W extends string>(name: Name, words: readonly W[]): W | null {
    const value = text(name)
    const known = words.find((candidate) => candidate === value) ?? null
    if (value !== null && known === null) refuse(name, words.join(' or '))
    return known
  }
  function period(name: Name, otherwise: number): number {
    const value = ms(name, otherwise)
    if (value === 0) refuse(name, 'above 0')
    return value
  }

  const speed = Number(text('SPEED') ?? 1)
  if (!(speed > 0 && Number.isFinite(speed))) refuse('SPEED', 'a number above 0')
  const target = text('TARGET')
  const endpoint = target === null ? null : readEndpoint(target)
  if (target !== null && endpoint === null) refuse('TARGET', 'HOST:PORT')

  const options = {
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
