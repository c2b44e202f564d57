/** Reads the project's event log: whole, or on and on as it grows. Needs no lock: a torn line is left out. */
import { StringDecoder } from 'node:string_decoder'
import type { StoredEvent, TunnelEvent } from '../../core/events.ts'
import { readOptional } from '../files/read-file.ts'
import { eventsPath, olderEventsPath } from './events-write.ts'
import { Tail } from '../files/tail.ts'
import { watchProject, type World } from './world.ts'

/** Every event on record, each fact once, in the order in which they happened. */
export function readEvents(world: World): StoredEvent[] {
  const isNews = newsFilter()
  const text = [olderEventsPath(world), eventsPath(world)].map((path) => readOptional(path) ?? '').join('')
  return inOrder(
    text
      .split('\n')
      .flatMap((line) => parseEvent(line) ?? [])
      .filter(isNews),
  )
}

/** Watches may be lost: a slow look makes up for it. */
const lookEveryMs = 1000

/** Every event on record as above, then what comes as it comes, until the context is interrupted. */
export async function followEvents(world: World, take: (event: StoredEvent) => void): Promise<void> {
  const isNews = newsFilter()
  const past: StoredEvent[] = []
  let deliver = (event: StoredEvent): void => void past.push(event)
  const lines = lineSplitter((line) => {
    const event = parseEvent(line)
    if (event !== null && isNews(event)) deliver(event)
  })
  lines(Buffer.from(readOptional(olderEventsPath(world)) ?? ''))
  const file = new Tail(eventsPath(world), lines)
  try {
    file.begin(null)
    inOrder(past).forEach(take)
    deliver = take
    await watchProject(world, () => {
      file.readNew()
      return lookEveryMs
    })
    file.readNew()
  } finally {
    file.close()
  }
}

/** Attempts whose end is on record. */
export function attemptsToldEnded(world: World): Set<string> {
  return new Set(readEvents(world).flatMap((event) => (facts[event.type] === 'ended' ? (event.attempt ?? []) : [])))
}

/** What happens at most once to an attempt, under one name for all events that tell it. */
const facts: Partial<Record<TunnelEvent['type'], string>> = {
  launched: 'launched',
  open: 'opened',
  skipped: 'skipped',
  stopped: 'stopped',
  failed: 'ended',
  exited: 'ended',
}

/** The two tellings of a fact are moments apart: more need not be remembered. */
const mostRemembered = 10_000

/** True for an event that tells something new: of two that tell the same fact of one attempt, the first. */
function newsFilter(): (event: StoredEvent) => boolean {
  const told = new Set<string>()
  return ({ type, attempt }) => {
    const fact = facts[type]
    if (fact === undefined || attempt === null) return true
    const key = `${attempt} ${fact}`
    if (told.has(key)) return false
    told.add(key)
    const [oldest] = told
    if (told.size > mostRemembered && oldest !== undefined) told.delete(oldest)
    return true
  }
}

/** Writers tell what they saw when they saw it, and an end is dated back to when it was. */
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
    retrying: 0,
  } satisfies Record<TunnelEvent['type'], 0>),
)

/** Null for what is no event of ours, such as one of a later version. */
function parseEvent(line: string): StoredEvent | null {
  // A line torn by a crash or a full disk has the next one glued to it: that one is whole.
  const begin = line.lastIndexOf('{"at":')
  if (begin === -1) return null
  try {
    const value = JSON.parse(line.slice(begin)) as Record<keyof StoredEvent, unknown>
    return isWhole(value) ? (value as unknown as StoredEvent) : null
  } catch {
    return null
  }
}

/** The latest time that a Date can hold. */
const endOfTime = 8.64e15

/** Whether it holds what readers take apart: a line may have been written by hand, or by a later version. */
function isWhole({ type, name, at, ...more }: Record<string, unknown>): boolean {
  if (!knownTypes.has(type) || typeof name !== 'string' || typeof at !== 'number' || Math.abs(at) > endOfTime)
    return false
  if (type === 'open' || type === 'kept') return Array.isArray(more['endpoints'])
  if (type === 'survived' && !Array.isArray(more['pids'])) return false
  const { problem } = more
  return (type !== 'failed' && type !== 'survived') || (typeof problem === 'object' && problem !== null)
}

/** Whole lines of what comes in pieces, which may end within a character. */
function lineSplitter(take: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8')
  let begun = ''
  return (chunk) => {
    const lines = (begun + decoder.write(Buffer.from(chunk))).split('\n')
    begun = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
}
