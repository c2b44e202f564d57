/** Names of ready conditions and healthchecks, and which need a port: one row for each kind. */
import type { Check, ReadyCondition } from '../model.ts'

type Row<Kind> = { needsPort: boolean } & (Kind extends ReadyCondition['kind']
  ? {
      /** What a tunnel needs to be open, as a noun phrase. */
      awaits(condition: Extract<ReadyCondition, { kind: Kind }>): string
    }
  : unknown) &
  (Kind extends Check['kind']
    ? {
        /** What a healthcheck asks for, before `every 30s`. */
        asks(check: Extract<Check, { kind: Kind }>): string
        short(check: Extract<Check, { kind: Kind }>): string
      }
    : unknown)

const rows: { [Kind in (Check | ReadyCondition)['kind']]: Row<Kind> } = {
  listen: { needsPort: true, awaits: () => 'its listener', asks: () => 'its listener', short: () => 'its listener' },
  log: { needsPort: false, awaits: ({ means, pattern }) => means ?? `output that matches ${pattern}` },
  alive: { needsPort: false, awaits: ({ ms }) => `${ms} ms of uptime` },
  banner: {
    needsPort: true,
    awaits: ({ pattern }) => `a greeting through the tunnel that matches ${pattern}`,
    asks: ({ pattern }) => `a greeting that matches ${pattern}`,
    short: ({ pattern }) => `greeting ${pattern}`,
  },
  http: {
    needsPort: true,
    awaits: ({ path }) => `an answer through the tunnel to GET ${path}`,
    asks: ({ path }) => `GET ${path}`,
    short: ({ path }) => `GET ${path}`,
  },
  tls: {
    needsPort: true,
    awaits: () => 'a TLS handshake through the tunnel',
    asks: () => 'a TLS handshake',
    short: () => 'TLS handshake',
  },
  command: {
    needsPort: false,
    awaits: ({ argv }) => `success of ${argv[0] ?? ''}`,
    asks: ({ argv }) => `success of ${argv[0] ?? ''}`,
    short: ({ argv }) => argv[0] ?? '',
  },
}

export function conditionInWords(condition: ReadyCondition): string {
  return (rows[condition.kind].awaits as (condition: ReadyCondition) => string)(condition)
}

export function checkInWords(check: Check): string {
  return (rows[check.kind].asks as (check: Check) => string)(check)
}

export function shortCheck(check: Check): string {
  return (rows[check.kind].short as (check: Check) => string)(check)
}

export function needsPort(kind: keyof typeof rows): boolean {
  return rows[kind].needsPort
}
