/** Around the whole run: prints the seed first, the figures of all cases last, and fails when a group is too small. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figuresFile, leastCases, readFigures, type Figures, type Group } from './figures.ts'
import { seedOfRun, wholeSize } from './seed.ts'

const sum = (all: readonly Figures[], of: (figures: Figures) => number): number =>
  all.reduce((total, figures) => total + of(figures), 0)

export default function setup(): () => void {
  // Within a run that counts already.
  if (process.env[figuresFile] !== undefined) return () => undefined
  const folder = mkdtempSync(join(tmpdir(), 'p2p-faults-'))
  const file = join(folder, 'figures.ndjson')
  writeFileSync(file, '')
  process.env[figuresFile] = file
  print(`P2P_FAULTS_SEED=${seedOfRun()}${wholeSize ? ', P2P_FAULTS=all' : ''}`)
  const begun = performance.now()
  return () => {
    const all = readFigures(file)
    rmSync(folder, { recursive: true })
    if (all.length === 0) return
    // `vitest run` and flags alone: every file.
    const isWhole = process.argv.slice(3).every((arg) => arg.startsWith('-') && !arg.startsWith('-t'))
    const tooFew = isWhole ? groupsWithTooFew(all) : []
    print(tableOf(all, performance.now() - begun))
    for (const line of tooFew) print(line)
    if (tooFew.length > 0) process.exitCode = 1
  }
}

function tableOf(all: readonly Figures[], ms: number): string {
  const groups = [...new Set(all.map(({ group }) => group))].sort()
  const rows = groups.map((group) =>
    rowOf(
      group,
      all.filter((one) => one.group === group),
    ),
  )
  const heads = [
    'group',
    'cases',
    'failed',
    'crashes',
    'processes',
    'left over',
    'strangers signalled',
    'secrets found',
  ]
  const lines = [heads, ...rows, rowOf('all', all)].map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(14) : cell.padStart(heads[at]?.length ?? 0))).join('  '),
  )
  return [...lines, `${Math.round(ms / 1000)} s, P2P_FAULTS_SEED=${seedOfRun()}`].join('\n')
}

function rowOf(name: string, all: readonly Figures[]): string[] {
  const figures = [
    all.length,
    all.filter(({ passed }) => !passed).length,
    ...(['crashes', 'started', 'leftOver', 'strangersSignalled', 'secretsFound'] as const).map((key) =>
      sum(all, (one) => one[key]),
    ),
  ]
  return [name, ...figures.map(String)]
}

function groupsWithTooFew(all: readonly Figures[]): string[] {
  const files = readdirSync(join(import.meta.dirname, '..'))
  return (Object.entries(leastCases) as [Group, number][]).flatMap(([group, least]) => {
    const count = all.filter((one) => one.group === group).length
    const isThere = files.some((name) => name.startsWith(group) && name.endsWith('.test.ts'))
    return isThere && count < least ? [`${group}: ${count} cases, at least ${least} must run`] : []
  })
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
