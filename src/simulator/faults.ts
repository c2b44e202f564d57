/** The faults of CONNECTD_SIM_FAULT, as a table shared by help and parser. */
import type { Random } from './random.ts'

interface Row {
  /** What may follow the `@` besides a probability. */
  takes: 'nothing' | 'ms' | 'ms/ms'
  ms?: number
  does: string
}

export const faultTable = {
  auth: { takes: 'nothing', does: 'the credentials are refused (exit 11)' },
  'bad-user': { takes: 'nothing', does: 'the user is refused (exit 10)' },
  'service-down': { takes: 'nothing', does: 'the login gets no answer (exit 14 after 61 s)' },
  'target-offline': { takes: 'nothing', does: 'the device never answers (exit 12 after six tries of 3 s)' },
  session: { takes: 'nothing', does: 'no session can be made (exit 13)' },
  'peer-failed': { takes: 'nothing', does: 'the connection to the device fails (exit 21)' },
  unknown: { takes: 'nothing', does: 'ends for an unknown reason at login (exit 25)' },
  'udp-taken': { takes: 'nothing', does: 'the UDP port is taken (exit 16)' },
  'port-taken': { takes: 'nothing', does: 'the local port is taken (017, which exits 0)' },
  'peer-closed': { takes: 'ms', ms: 1000, does: 'the device disconnects MS after the tunnel was up (exit 20)' },
  flap: { takes: 'ms/ms', ms: 1000, does: 'UP_MS/DOWN_MS: comes up DOWN_MS late, is up for UP_MS, then exit 20' },
  shutdown: { takes: 'ms', ms: 1000, does: 'a shutdown packet comes MS after the tunnel was up (exit 2)' },
  lifetime: { takes: 'ms', ms: 1000, does: 'the process lifetime ends MS after the start (exit 1)' },
  segv: { takes: 'ms', ms: 0, does: 'a segmentation fault MS after the start (signal 11)' },
  'no-ip': { takes: 'nothing', does: 'no network: waits for an address, then stays in the wait state' },
  'hang-on-term': { takes: 'nothing', does: 'ignores SIGTERM' },
  'slow-term': { takes: 'ms', ms: 5000, does: 'takes MS to end after SIGTERM or SIGINT' },
  silent: { takes: 'nothing', does: 'prints nothing at all' },
  'double-started': { takes: 'nothing', does: 'prints Starting Proxy and Proxy started. twice' },
  'partial-line': { takes: 'ms', ms: 200, does: 'writes Proxy started. in two pieces, MS apart' },
  'started-not-listening': { takes: 'nothing', does: 'prints Proxy started. but does not listen' },
} as const satisfies Record<string, Row>

type FaultName = keyof typeof faultTable

export interface Faults {
  has: (name: FaultName) => boolean
  /** The first number after the `@`, in milliseconds (before SPEED divides it). */
  ms: (name: FaultName) => number
  /** The second one (flap's DOWN_MS). */
  secondMs: (name: FaultName) => number
}

export const noFaults: Faults = { has: () => false, ms: () => 0, secondMs: () => 0 }

/** A list of `name`, `name@MS`, `flap@UP_MS/DOWN_MS`, or `name@P` with a decimal point (a probability). A string is an error. */
export function readFaults(text: string, random: Random): Faults | string {
  const chosen = new Map<FaultName, number[]>()
  for (const item of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', argument] = item.trim().split('@')
    if (!isFault(name)) return `there is no fault "${name}"; the faults are ${Object.keys(faultTable).join(', ')}`
    const row: Row = faultTable[name]
    if (argument === undefined) {
      chosen.set(name, [row.ms ?? 0])
    } else if (/^(?:0?\.\d+|1\.0+)$/.test(argument)) {
      if (random.fraction() < Number(argument)) chosen.set(name, [row.ms ?? 0])
    } else if (forms[row.takes].test(argument)) {
      chosen.set(name, argument.split('/').map(Number))
    } else {
      return `fault "${name}" can't have "@${argument}"; it takes ${wants[row.takes]}`
    }
  }
  return {
    has: (name) => chosen.has(name),
    ms: (name) => chosen.get(name)?.[0] ?? 0,
    secondMs: (name) => chosen.get(name)?.[1] ?? 0,
  }
}

const forms: Record<Row['takes'], RegExp> = {
  nothing: /^(?!)/,
  ms: /^\d{1,9}$/,
  'ms/ms': /^\d{1,9}(?:\/\d{1,9})?$/,
}

const wants: Record<Row['takes'], string> = {
  nothing: 'at most a probability such as @0.5',
  ms: '@MS, or a probability such as @0.5',
  'ms/ms': '@UP_MS/DOWN_MS, or a probability such as @0.5',
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(faultTable, name)
}
