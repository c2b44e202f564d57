/** What must hold after every case, by the observer's word: a truthful `ps`, one child for each tunnel, then none. */
import { relative } from 'node:path'
import { expect } from 'vitest'
import { until, type PsLine } from '../../support/rig.ts'
import { tunnelAmong, type Seen, type SeenTunnel } from './observer.ts'
import type { World } from './world.ts'

/** Processes of the case that are still there. */
export function leftBehind(world: World): Seen[] {
  return world.observe()
}

export async function mustHold(world: World): Promise<void> {
  await psMustBeTrue(world)
  const up = await world.p2p('up')
  expect(up.status, `up converges: ${up.stderr}`).toBe(0)
  await psMustBeTrue(world)
  oneChildEach(world)
  await mustClose(world)
}

/** Each declared tunnel runs once. */
export function oneChildEach(world: World): void {
  const seen = world.observe()
  for (const name of Object.keys(world.declared)) {
    const { launchers, programs } = tunnelAmong(seen, name)
    expect([name, launchers.length, programs.length], JSON.stringify(seen, null, 1)).toEqual([name, 1, 1])
  }
}

/** `down` leaves no process, no secret, no file that is not known, and no stranger hurt. */
export async function mustClose(world: World): Promise<void> {
  const down = await world.p2p('down')
  expect(down.status, `down: ${down.stderr}`).toBe(0)
  expect(leftBehind(world), `left by down: ${down.stderr}`).toEqual([])
  const closed = await world.ps()
  expect(closed.map(({ state }) => state)).toEqual(closed.map(() => 'closed'))
  expect(unknownFiles(world), 'files that nobody needs').toEqual([])
  expect(world.secretsFound(), 'places with the secret').toEqual([])
  expect(world.strangersSignalled(), 'strangers that were signalled').toBe(0)
}

/** `ps` exits 0, and what it says agrees with what the observer saw before and after it. */
export async function psMustBeTrue(world: World): Promise<PsLine[]> {
  let lines: PsLine[] = []
  let wrong: string[] = []
  await until('a moment in which nothing changes', async () => {
    const before = world.observe()
    lines = await world.ps()
    const after = world.observe()
    wrong = lines.flatMap((line) => disagreement(line, tunnelAmong(after, line.name)) ?? [])
    return identity(before) === identity(after)
  })
  expect(wrong, 'ps against the observer').toEqual([])
  return lines
}

const identity = (seen: readonly Seen[]): string =>
  seen
    .map(({ pid, startTime, stopped, args }) => `${pid} ${startTime} ${String(stopped)} ${args[3] ?? ''}`)
    .sort()
    .join('\n')

/** Null: `ps` says what is. */
function disagreement({ name, state, pid, port }: PsLine, seen: SeenTunnel): string | null {
  const { launchers, programs, all } = seen
  const lives = launchers.length <= 1 && programs.length === 1 && programs[0]?.stopped === false
  const serves = lives && (port === null || seen.listens(port))
  const says = `${name}: ps says ${state}`
  if (state === 'open' && !(serves && programs[0]?.pid === pid))
    return `${says} (PID ${String(pid)}), but ${JSON.stringify(all)}`
  if (serves && !['open', 'opening', 'closing'].includes(state)) return `${says}, but it serves`
  if (['closed', 'failed', 'retrying'].includes(state) && all.length > 0) return `${says}, but ${JSON.stringify(all)}`
  if (['open', 'unhealthy', 'closing'].includes(state) && all.length === 0) return `${says}, but nothing runs`
  return null
}

/** By their paths below the case's folder, what a closed project may keep. */
const known = [
  /^state\/projects\/[^/]+\/(project|desired|state|specs|runtime|ports|proofs)\.json$/,
  // Set aside for a person to look at.
  /^state\/projects\/[^/]+\/[a-z]+\.json\.damaged$/,
  /^state\/projects\/[^/]+\/events\.ndjson(\.1)?$/,
  /^state\/projects\/[^/]+\/(lock|sup)\.(\d+|reserve|spare)$/,
  // Of attempts that must never run: empty.
  /^state\/projects\/[^/]+\/runs\/[0-9a-f]{32}$/,
  /^state\/projects\/[^/]+\/t\/[^/]+\/(log(\.\d+)?|times\/log(\.tmp)?|pid|traffic|hook-[a-z]+-[0-9a-f]{32})$/,
  /^state\/projects\/[^/]+\/t\/@supervisor\/heartbeat$/,
  /^state\/cache\//,
]

function unknownFiles(world: World): string[] {
  const files = world.files().map((path) => relative(world.folder, path))
  return files.filter((path) => !known.some((pattern) => pattern.test(path)))
}
