/** The faults of CONNECTD_SIM_FAULT, as a table shared by help and parser. */
import type { Random } from './random.ts'

type Fault = readonly [does: string, takes?: Takes, ms?: number]

export const faultTable = {
  auth: ['the credentials are refused (exit 11)'],
  'bad-user': ['the user is refused (exit 10)'],
  'service-down': ['the login gets no answer (exit 14 after 61 s)'],
  'target-offline': ['the device never answers (exit 12 after six tries of 3 s)'],
  session: ['no session can be made (exit 13)'],
  'peer-failed': ['the connection to the device fails (exit 21)'],
  unknown: ['ends for an unknown reason at login (exit 25)'],
  'udp-taken': ['the UDP port is taken (exit 16)'],
  'port-taken': ['the local port is taken (017, which exits 0)'],
  'peer-closed': ['the device disconnects MS after the tunnel was up (exit 20)', 'ms', 1000],
  flap: ['UP_MS/DOWN_MS: comes up DOWN_MS late, is up for UP_MS, then exit 20', 'ms/ms', 1000],
  shutdown: ['a shutdown packet comes MS after the tunnel was up (exit 2)', 'ms', 1000],
  lifetime: ['the process lifetime ends MS after the start (exit 1)', 'ms', 1000],
  segv: ['a segmentation fault MS after the start, which connectd catches (003, but exit 11)', 'ms', 0],
  'segv-early': ['a segmentation fault at the name lookup (signal 11)'],
  'no-ip': ['no network: waits for an address, then stays in the wait state'],
  'no-dns': ['hangs in the name lookup, unless the service is given by its address'],
  'hang-on-term': ['ignores SIGTERM'],
  'slow-term': ['takes MS to end after SIGTERM or SIGINT', 'ms', 5000],
  silent: ['prints nothing at all'],
  'double-started': ['prints Starting Proxy and Proxy started. twice'],
  'partial-line': ['writes Proxy started. in two pieces, MS apart', 'ms', 200],
  'started-not-listening': ['prints Proxy started. but does not listen'],
} as const satisfies Record<string, Fault>

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
    const [, takes = 'nothing', ms = 0]: Fault = faultTable[name]
    if (argument === undefined) {
      chosen.set(name, [ms])
    } else if (/^(?:0?\.\d+|1\.0+)$/.test(argument)) {
      if (random.fraction() < Number(argument)) chosen.set(name, [ms])
    } else if (argumentForms[takes].form.test(argument)) {
      chosen.set(name, argument.split('/').map(Number))
    } else {
      return `fault "${name}" can't have "@${argument}"; it takes ${argumentForms[takes].wanted}`
    }
  }
  return {
    has: (name) => chosen.has(name),
    ms: (name) => chosen.get(name)?.[0] ?? 0,
    secondMs: (name) => chosen.get(name)?.[1] ?? 0,
  }
}

/** What may follow the `@` besides a probability. */
const argumentForms = {
  nothing: { form: /^(?!)/, wanted: 'at most a probability such as @0.5' },
  ms: { form: /^\d{1,9}$/, wanted: '@MS, or a probability such as @0.5' },
  'ms/ms': { form: /^\d{1,9}(?:\/\d{1,9})?$/, wanted: '@UP_MS/DOWN_MS, or a probability such as @0.5' },
}

type Takes = keyof typeof argumentForms

function isFault(name: string): name is FaultName {
  return Object.hasOwn(faultTable, name)
}
