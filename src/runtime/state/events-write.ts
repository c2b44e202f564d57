/**
 * The project's event log: append-only lines of JSON, bounded by one rotation. Read by events-read.ts.
 */
import { closeSync, constants, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent } from '../../core/events.ts'
import { writeAll } from '../files/write-file.ts'
import type { World } from './world.ts'

/** Some ten thousand events, twice: with the rotated file. */
const maxBytes = 1024 * 1024

/** Events for a terminal only, or that say that nothing happened. */
const passing: ReadonlySet<StoredEvent['type']> = new Set(['waiting', 'kept', 'nothing'])

/** Appends in one write, so that lines of two writers never mix. A full disk loses the line, not the command. */
export function appendEvents(world: World, events: readonly StoredEvent[]): void {
  const lines = events.filter(({ type }) => !passing.has(type)).map((event) => `${JSON.stringify(stored(event))}\n`)
  if (lines.length === 0) return
  try {
    const descriptor = openSync(
      eventsPath(world),
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
      0o600,
    )
    try {
      writeAll(descriptor, lines.join(''))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return
  }
}

/** Puts a full event log aside, in place of the one before. Lock held: two at once would lose a whole file. */
export function rotateEvents(world: World): void {
  const path = eventsPath(world)
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, olderEventsPath(world))
  } catch {
    // As with a full disk: the history may suffer, no tunnel does.
    return
  }
}

export function eventsPath(world: World): string {
  return join(world.store.folder, 'events.ndjson')
}

export function olderEventsPath(world: World): string {
  return `${eventsPath(world)}.1`
}

/** What a program said stays in its log: it may be a secret, and would soon fill this file. */
function stored(event: StoredEvent): StoredEvent {
  return event.type === 'failed' ? { ...event, lastLines: [] } : event
}
