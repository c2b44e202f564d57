/** Runs p2p, or the supervisor, so that it dies on entering a chosen call of a system call. */
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { mainFile, type Program } from '../../support/process.ts'
import type { World } from './world.ts'

export const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0

/** A call of a system call by this process since it began, or since strace watches it: the first is 1. */
export interface Point {
  call: string
  when: number
}

const killAt = ({ call, when }: Point): string[] => [
  ...['-o', '/dev/null', '-e', `trace=${call}`],
  ...['-e', `inject=${call}:signal=KILL:when=${when}`],
]

/** Only the thread that runs p2p's code is watched: Node's other threads and what p2p starts are not. */
export function killedAt(world: World, point: Point, ...args: string[]): Program {
  return world.run('strace', '-qq', ...killAt(point), process.execPath, mainFile, ...args)
}

/** All such points of a command, but for those of Node's own start. */
export async function pointsOf(world: World, calls: readonly string[], ...args: string[]): Promise<Point[]> {
  const trace = join(world.folder, 'trace')
  const command = world.run('strace', ...listing(trace, calls), process.execPath, mainFile, ...args)
  const { status } = await command.exit
  if (status !== 0) throw new Error(`traced p2p ${args.join(' ')}: ${command.output()}`)
  return pointsIn(trace, (line) => line.startsWith('getcwd(') && line.includes(world.marker))
}

/** The same for a process that runs already, while `meanwhile` happens. */
export async function pointsOfRunning(
  world: World,
  pid: number,
  calls: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<Point[]> {
  const trace = join(world.folder, 'trace')
  await attached(world, pid, listing(trace, calls), meanwhile)
  return pointsIn(trace, () => true)
}

/** Kills a running process at this point, if `meanwhile` takes it there. */
export async function killRunningAt(
  world: World,
  pid: number,
  point: Point,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await attached(world, pid, killAt(point), meanwhile)
}

async function attached(world: World, pid: number, options: string[], meanwhile: () => Promise<void>): Promise<void> {
  const strace = world.run('strace', ...options, '-p', String(pid))
  await strace.says(/attached/)
  await meanwhile()
  // Lets go of the process, if it lives.
  strace.signal('SIGINT')
  await strace.exit
}

/** `getcwd` is the first thing that p2p asks. */
const listing = (trace: string, calls: readonly string[]): string[] => [
  ...['-o', trace, '-s', '4096', '-e', `trace=getcwd,${calls.join(',')}`],
]

function pointsIn(trace: string, begins: (line: string) => boolean): Point[] {
  const counts = new Map<string, number>()
  const points: Point[] = []
  let begun = false
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const call = /^(\w+)\(/.exec(line)?.[1]
    if (call === undefined) continue
    begun ||= begins(line)
    const when = (counts.get(call) ?? 0) + 1
    counts.set(call, when)
    if (begun && call !== 'getcwd') points.push({ call, when })
  }
  return points
}
