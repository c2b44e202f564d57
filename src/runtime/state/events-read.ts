/** Reads or follows the project's event log. Needs no lock: a torn line is skipped. */
import { StringDecoder } from 'node:string_decoder'
import type { StoredEvent, TunnelEvent } from '../../core/events.ts'
import { readOptional } from '../files/read-file.ts'
import { eventsPath, olderEventsPath } from './events-write.ts'
import { isTime } from './shapes.ts'
import { Tail } from '../files/tail.ts'
import { watchProject, type World } from './world.ts'

/** Every recorded event, each fact once, in order of time. */
export function readEvents(world: World): StoredEvent[] {
  const isNew = newFactFilter()
  const text = [olderEventsPath(world), eventsPath(world)].map((path) => readOptional(path) ?? '').join('')
  return inOrder(
    text
      .split('\n')
      .flatMap((line) => parseEvent(line) ?? [])
      .filter(isNew),
  )
}

/** Fallback for lost watches. */
const lookEveryMs = 1000

/** As readEvents, then new events as they come, until the context is interrupted. */
export async function followEvents(world: World, take: (event: StoredEvent) => void): Promise<void> {
  const isNew = newFactFilter()
  const past: StoredEvent[] = []
  let deliver = (event: StoredEvent): void => void past.push(event)
  const lines = lineSplitter((line) => {
    const event = parseEvent(line)
    if (event !== null && isNew(event)) deliver(event)
  })
  lines(Buffer.from(readOptional(olderEventsPath(world)) ?? ''))
  const file = new Tail(eventsPath(world), lines)
  const readAll = (): void => {
    while (file.readNew());
  }
  try {
    file.begin({ tail: null })
    readAll()
    inOrder(past).forEach(take)
    deliver = take
    await watchProject(world, () => {
      readAll()
      return lookEveryMs
    })
    readAll()
  } finally {
    file.close()
  }
}

export function endedAttempts(world: World): Set<string> {
  return new Set(readEvents(world).flatMap((event) => (facts[event.type] === 'ended' ? (event.attempt ?? []) : [])))
}

/** What happens at most once to an attempt: one name for all events that report it. */
export const facts: Partial<Record<TunnelEvent['type'], string>> = {
  launched: 'launched',
  open: 'opened',
  skipped: 'skipped',
  stopped: 'stopped',
  failed: 'ended',
  exited: 'ended',
}

/** Two reports of a fact are moments apart, so older ones may be forgotten. */
const mostRemembered = 10_000

/** True for the first event that reports a fact of an attempt. */
function newFactFilter(): (event: StoredEvent) => boolean {
  const seen = new Set<string>()
  return ({ type, attempt }) => {
    const fact = facts[type]
    if (fact === undefined || attempt === null) return true
    const key = `${attempt} ${fact}`
    if (seen.has(key)) return false
    seen.add(key)
    const [oldest] = seen
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest)
    return true
  }
}

/** Writers append when they observe, but an exit has the time when it happened. */
function inOrder(events: readonly StoredEvent[]): StoredEvent[] {
  return [...events].sort((a, b) => a.at - b.at)
}

const knownTypes: ReadonlySet<unknown> = new Set(
  Object.keys({
    stopping: 0,
    stopped: 0,
    starting: 0,
    launched: 0,
    waiting: 0,
    open: 0,
    kept: 0,
    left: 0,
    failed: 0,
    skipped: 0,
    nothing: 0,
    survived: 0,
    exited: 0,
    health: 0,
    hook: 0,
    retrying: 0,
  } satisfies Record<TunnelEvent['type'], 0>),
)

/** Null for an unknown event, such as one of a later version. */
function parseEvent(line: string): StoredEvent | null {
  // A line torn by a crash or a full disk is joined to the next one, which is whole.
  const begin = line.lastIndexOf('{"at":')
  if (begin === -1) return null
  try {
    const value = JSON.parse(line.slice(begin)) as Record<keyof StoredEvent, unknown>
    return isWhole(value) ? (value as unknown as StoredEvent) : null
  } catch {
    return null
  }
}

/** Whether it has the fields that readers use: a line may be from a later version or edited by hand. */
function isWhole({ type, name, at, ...more }: Record<string, unknown>): boolean {
  if (!knownTypes.has(type) || typeof name !== 'string' || !isTime(at)) return false
  if (type === 'open' || type === 'kept') return Array.isArray(more['endpoints'])
  if (type === 'survived' && !Array.isArray(more['pids'])) return false
  const { problem } = more
  return (type !== 'failed' && type !== 'survived') || (typeof problem === 'object' && problem !== null)
}

/** Chunks may end within a character. */
function lineSplitter(take: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8')
  let begun = ''
  return (chunk) => {
    const lines = (begun + decoder.write(Buffer.from(chunk))).split('\n')
    begun = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
}
