/** `npm run test:sim -- [--seeds N] [--from N] [--seed N]`: many schedules on all cores, or one with its trace. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { parseArgs } from 'node:util'
import { bundle, compile, type Edit } from './build.ts'
import { machineNames } from './names.ts'
import { runSchedule, type Outcome } from './schedule.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
})

if (isMainThread) await main()
else work(workerData as { code: string; first: number; last: number; step: number })

async function main(): Promise<void> {
  const begun = performance.now()
  // Of one schedule it is said where an error of p2p's own comes from.
  const where: Edit[] = [
    { file: 'src/supervise/loop.ts', old: `'internal error'`, text: `'internal error ' + (error as Error).stack` },
  ]
  const code = await bundle(process.cwd(), machineNames(), values.seed === undefined ? [] : where)
  if (values.seed !== undefined) {
    const { trace, violation } = runSchedule(Number(values.seed), compile(code), true)
    process.stdout.write(`${trace.join('\n')}\n${violation ?? 'everything held'}\n`)
    process.exitCode = violation === null ? 0 : 1
    return
  }
  const first = Number(values.from)
  const last = first + Number(values.seeds) - 1
  const cores = availableParallelism()
  const totals = { steps: 0, crashes: 0, reboots: 0, launches: 0, signals: 0 }
  let done = 0
  const failed: Outcome[] = []
  await Promise.all(
    Array.from({ length: cores }, (_, index) => {
      const worker = new Worker(fileURLToPath(import.meta.url), {
        workerData: { code, first: first + index, last, step: cores },
        argv: process.argv.slice(2),
      })
      return new Promise<void>((resolve, reject) => {
        worker.on('message', (outcomes: Outcome[]) => {
          for (const outcome of outcomes) {
            done += 1
            for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += outcome.counts[name]
            if (outcome.violation === null) continue
            failed.push(outcome)
            process.stdout.write(`npm run test:sim -- --seed ${outcome.seed}   ${outcome.violation}\n`)
          }
        })
        worker.on('error', reject)
        worker.on('exit', () => {
          resolve()
        })
      })
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  process.stdout.write(
    `${done} schedules, ${totals.steps} steps, ${totals.launches} launches, ${totals.crashes} crashes, ` +
      `${totals.reboots} reboots, ${totals.signals} signals in ${seconds.toFixed(1)} s; ${failed.length} failed\n`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}

function work({ code, first, last, step }: { code: string; first: number; last: number; step: number }): void {
  // Most errors are answers of the system: where they come from is asked with --seed.
  Error.stackTraceLimit = 0
  const newProgram = compile(code)
  let outcomes: Outcome[] = []
  for (let seed = first; seed <= last; seed += step) {
    try {
      outcomes.push(runSchedule(seed, newProgram))
    } catch (error) {
      const counts = { steps: 0, crashes: 0, reboots: 0, launches: 0, signals: 0 }
      outcomes.push({ seed, counts, violation: `the simulator failed: ${(error as Error).stack ?? ''}`, trace: [] })
    }
    if (outcomes.length < 50 && seed + step <= last) continue
    parentPort?.postMessage(outcomes)
    outcomes = []
  }
}
