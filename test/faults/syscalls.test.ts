/**
 * Every system call of a command fails once, each with every error that it can give: nothing is lost or doubled, the cause is
 * named, and afterwards all is as ever. Each worker has a PID namespace of its own: counts of calls then stay the same.
 */
import { build } from 'esbuild'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { recordFigures } from './support/figures.ts'
import { seedOfRun, wholeSize } from './support/seed.ts'
import type { Actor, Case, Order } from './syscalls/worker.ts'

const can = ['unshare -pf --mount-proc true', 'strace -f true'].every(
  (command) => spawnSync('sh', ['-c', command]).status === 0,
)
/** A supervisor mostly waits before it opens again. */
const workersFor = (actor: Actor): number => (actor === 'supervisor' ? 6 : 2)
/** For each actor, of the sample. */
const sampleMs = 30_000

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-syscalls-')))
const worker = join(folder, 'dist/worker.mjs')

/** Beside the children of the built p2p: also what the worker itself opens is launched by them. */
beforeAll(async () => {
  mkdirSync(join(folder, 'dist'))
  symlinkSync(join(dirname(mainFile), 'children'), join(folder, 'dist/children'))
  await build({
    entryPoints: [join(import.meta.dirname, 'syscalls/worker.ts')],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@napi-rs/keyring'],
    banner: { js: `import { createRequire as own } from 'node:module'; const require = own(import.meta.url)` },
    logLevel: 'error',
  })
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe.runIf(can)('every system call failed once', () => {
  test.each<Actor>(['up', 'down', 'restart', 'ps', 'supervisor'])(
    'of %s',
    { timeout: 3 * 3_600_000 },
    async (actor) => {
      const begun = performance.now()
      const of = workersFor(actor)
      const shares = Array.from({ length: of }, (_, share) => share)
      const lines = (await Promise.all(shares.map((share) => runWorker(actor, share, of)))).flat()
      const cases = lines.filter((line): line is Case => 'faults' in line)
      const wrong = cases.filter(({ faults }) => faults.length > 0)
      const points = lines.flatMap((line) => ('points' in line ? line.points : []))
      process.stdout.write(
        `${actor}: ${Math.max(...points)} points, ${cases.length} tried, ${cases.filter(({ hit }) => hit).length} of them hit, ` +
          `${cases.filter(({ hit, status }) => hit && status !== 0).length} ended the command, ${wrong.length} wrong\n`,
      )
      recordFigures({
        group: 'syscalls',
        name: actor,
        passed: wrong.length === 0,
        crashes: 0,
        started: cases.length,
        leftOver: 0,
        strangersSignalled: 0,
        secretsFound: 0,
        ms: Math.round(performance.now() - begun),
      })
      expect(wrong.map(({ what, error, faults }) => `${what} ${error}: ${faults.join('\n')}`)).toEqual([])
      expect(cases.length).toBeGreaterThan(0)
    },
  )
})

type Line = Case | { actor: Actor; points: number }

async function runWorker(actor: Actor, share: number, of: number): Promise<Line[]> {
  const limit = wholeSize ? null : sampleMs
  const order: Order = { main: mainFile, actors: [actor], share, of, seed: Number(seedOfRun()), limit }
  // A shell as PID 1: it reaps what is orphaned.
  const args = ['-pf', '--mount-proc', '--kill-child', 'sh', '-c', '"$@"; exit', 'sh']
  const child = spawn('unshare', [...args, process.execPath, worker, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Error(`a worker ended with ${status}: ${stderr}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}
