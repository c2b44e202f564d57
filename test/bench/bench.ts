/**
 * `npm run bench`: how long p2p's commands take beside what they are compared with, as medians of one interleaved run, so
 * that ratios hold where absolute times do not. `--json`: as data. `--peers`: other managers too, as far as they are here.
 */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { openBench, type Bench, type Row } from './measure.ts'
import { measurePeers } from './peers.ts'
import { measureResidents } from './residents.ts'

const flags = new Set(process.argv.slice(2))
const bench = openBench(flags.has('--quick') ? 5 : 15)
try {
  const rows = [...measureLooking(bench), ...measureChanging(bench)]
  // What was measured so far is not lost where a part is not possible here.
  for (const measure of [() => measureResidents(bench), () => (flags.has('--peers') ? measurePeers(bench) : [])]) {
    try {
      rows.push(...(await measure()))
    } catch (error) {
      process.stderr.write(`not measured: ${String(error)}\n`)
    }
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? '?'}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1) ?? '?'}`
  process.stdout.write(flags.has('--json') ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : table(machine, rows))
} finally {
  bench.end()
}

/** Commands that change nothing, beside `node -e 0`. */
function measureLooking(bench: Bench): Row[] {
  const rows: Row[] = []
  for (const count of [1, 100, 1000]) {
    const project = bench.project(count)
    project.p2p('up')
    rows.push(bench.compare(`ps, ${count} open`, project.command('ps'), bench.node))
    if (count <= 100) {
      rows.push(bench.compare(`up with nothing to do, ${count}`, project.command('up'), bench.node))
      rows.push(bench.compare(`__complete, ${count}`, project.command('__complete', 'down', ''), bench.node))
    }
    if (count === 100)
      rows.push(bench.compare('ps right after an edit, 100', project.command('ps'), bench.node, project.edit))
    project.p2p('down')
  }
  for (const count of [1, 1000]) {
    const project = bench.project(count)
    project.p2p('up', 't0')
    project.p2p('down')
    rows.push(bench.compare(`ps NAME, ${count} declared, none open`, project.command('ps', 't0'), bench.node))
    rows.push(bench.compare(`ps, ${count} declared, none open`, project.command('ps'), bench.node))
  }
  return rows
}

/** Opening and closing, beside a hand-written script and `node -e 0`. */
function measureChanging(bench: Bench): Row[] {
  const rows: Row[] = []
  for (const [count, rounds] of [
    [100, 7],
    [500, 3],
    [2000, 1],
  ] as const) {
    const project = bench.project(count)
    const ups: number[] = []
    const hands: number[] = []
    const downs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      ups.push(bench.time(project.command('up')))
      if (count === 2000) rows.push(bench.compare('ps, 2000 open', project.command('ps'), bench.node))
      downs.push(bench.time(project.command('down')))
      if (count < 2000) hands.push(project.byHand())
    }
    const node = bench.nodeMedian()
    rows.push(
      count < 2000
        ? bench.row(`up, ${count}`, ups, 'by hand', hands)
        : bench.row(`up, ${count}`, ups, 'node -e 0', [node]),
      bench.row(`down, ${count}`, downs, 'node -e 0', [node]),
    )
  }
  return rows
}

function table(machine: string, rows: readonly Row[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const cells = [
    ['what', 'median', 'beside', 'its median', 'ratio'],
    ...rows.map(({ what, value, unit, beside, base }) => [
      what,
      `${value.toFixed(unit === 'ms' ? 1 : 2)} ${unit}`,
      beside ?? '',
      base === null ? '' : `${base.toFixed(unit === 'ms' ? 1 : 2)} ${unit}`,
      base === null ? '' : (value / base).toFixed(2),
    ]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${commit}, ${machine}\n\n${lines.join('\n')}\n`
}
