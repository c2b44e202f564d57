/** What each case counts, and how many cases a group must have. */
import { appendFileSync, readFileSync } from 'node:fs'

/** A group is a file `test/faults/<group>.test.ts`, or several that begin so. Its least number of cases, when all of it runs. */
export const leastCases = {
  'crash-points': 12,
  concurrency: 8,
  identity: 8,
  ports: 8,
  children: 10,
  state: 12,
  files: 10,
  config: 8,
  secrets: 8,
  logs: 6,
  supervisor: 9,
  syscalls: 5,
} as const

export type Group = keyof typeof leastCases

export interface Figures {
  group: Group
  name: string
  passed: boolean
  /** Commands and supervisors that really died where they were to die. */
  crashes: number
  /** Commands, and processes that the observer saw. */
  started: number
  /** Processes that `down` left. */
  leftOver: number
  strangersSignalled: number
  secretsFound: number
  ms: number
}

/** Set for the run by summary.ts. */
export const figuresFile = 'P2P_FAULTS_FIGURES'

export function recordFigures(figures: Figures): void {
  const file = process.env[figuresFile]
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figures)}\n`)
}

/** Of a case that was tried again, the last time. */
export function readFigures(file: string): Figures[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const all = lines.map((line) => JSON.parse(line) as Figures)
  return [...new Map(all.map((one) => [`${one.group} ${one.name}`, one])).values()]
}
