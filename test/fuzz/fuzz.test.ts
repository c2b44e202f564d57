/** Whatever is in the files that p2p reads: a value or a P2pError, within a second, and no process is signalled. */
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { P2pError } from '../../src/core/errors.ts'
import { mutated, type Seed } from './mutate.ts'
import { targets, type Target } from './targets.ts'

const seed = Number(process.env['P2P_FUZZ_SEED'] ?? 1)
const numRuns = Number(process.env['P2P_FUZZ_RUNS'] ?? 20)

/** Of the processor, not of the clock: a busy machine is no finding. */
const longestMs = 1000

const root = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-fuzz-')))
const failures = join(import.meta.dirname, '../../node_modules/.cache/p2p-fuzz')

// Nothing is signalled for real, not even where a finding would.
const kill = vi.spyOn(process, 'kill').mockReturnValue(true)

afterAll(() => {
  kill.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

describe.each((await targets()).map((target) => [target.kind, target] as const))('%s', (_, target) => {
  test('as kept', async () => {
    // The recorded project as a whole is the first one of each of its files: once is enough.
    const isAgain = target.prepare !== undefined && target.kind !== 'state.json'
    for (const input of target.seeds.slice(isAgain ? 1 : 0)) {
      for (const way of target.ways) await check(target, input, way).catch(told(input.name))
    }
  })

  test('with anything wrong in it', async () => {
    let failed = null as { input: Seed; since: number } | null
    const property = fc.asyncProperty(
      mutated(target.seeds, target),
      fc.constantFrom(...target.ways),
      async (input, way) => {
        // The smallest that fails is wanted, but not at any price.
        if (failed !== null && performance.now() - failed.since > 10_000) return
        try {
          await check(target, input, way)
        } catch (error) {
          failed = { input, since: failed?.since ?? performance.now() }
          throw error
        }
      },
    )
    const { errorInstance } = await fc.check(property, { numRuns, seed })
    if (failed !== null) told(howToKeep(target, failed))(errorInstance)
  })
})

/** Says with the error which input it was. */
function told(where: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${where}`)
  }
}

type Way = Target['ways'][number]

async function check(target: Target, input: Seed, way: Way): Promise<void> {
  if ((await costOf(target, input, way)) <= longestMs) return
  // Once more: what is done only once, such as compiling, counts for nobody.
  const spent = await costOf(target, input, way)
  if (spent > longestMs) throw new Error(`took ${Math.round(spent)} ms of the processor`)
}

async function costOf({ prepare }: Target, input: Seed, way: Way): Promise<number> {
  const place = mkdtempSync(join(root, 'input-'))
  await prepare?.(input, place)
  const before = process.cpuUsage()
  try {
    await way(input, place)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
  const { user, system } = process.cpuUsage(before)
  expect(kill).not.toHaveBeenCalled()
  return (user + system) / 1000
}

function howToKeep({ kind }: Target, { input }: { input: Seed }): string {
  const name = `${createHash('sha256').update(input.bytes).digest('hex').slice(0, 8)}-${input.name}`
  mkdirSync(failures, { recursive: true })
  writeFileSync(join(failures, name), input.bytes)
  return `seed ${seed}; keep it: mkdir -p test/fuzz/inputs/${kind}; cp ${join(failures, name)} test/fuzz/inputs/${kind}/`
}
