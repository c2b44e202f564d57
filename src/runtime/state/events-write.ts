/** Writes the project's event log: append-only lines of JSON, bounded by one rotation. */
import { join } from 'node:path'
import type { StoredEvent } from '../../core/events.ts'
import { openOrCreate } from '../files/read-file.ts'
import { writeAll } from '../files/write-file.ts'
import type { World } from './world.ts'
import { closeSync, renameSync, statSync } from '../machine.ts'

/** About ten thousand events, and as many in the rotated file. */
const maxBytes = 1024 * 1024

/** Events for terminals only. */
const passing: ReadonlySet<StoredEvent['type']> = new Set(['waiting', 'kept', 'nothing'])

/** Appends in one write, so that two writers never mix. On a full disk events are lost, but the command continues. */
export function appendEvents(world: World, events: readonly StoredEvent[]): void {
  const lines = events.filter(({ type }) => !passing.has(type)).map((event) => `${JSON.stringify(stored(event))}\n`)
  if (lines.length === 0) return
  try {
    const descriptor = openOrCreate(eventsPath(world))
    try {
      writeAll(descriptor, lines.join(''))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return
  }
}

/** Replaces the older event log by a full one. Lock held: two at once would lose a whole file. */
export function rotateEvents(world: World): void {
  const path = eventsPath(world)
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, olderEventsPath(world))
  } catch {
    // Losing history must not fail a command.
    return
  }
}

export function eventsPath(world: World): string {
  return join(world.store.folder, 'events.ndjson')
}

export function olderEventsPath(world: World): string {
  return `${eventsPath(world)}.1`
}

/** Program output stays in its own log: it may contain secrets and would fill this file. */
function stored(event: StoredEvent): StoredEvent {
  return event.type === 'failed' ? { ...event, lastLines: [] } : event
}
