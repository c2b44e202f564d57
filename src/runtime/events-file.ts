/** The project's event log: append-only lines of JSON, bounded by one rotation. Written by whoever acts. */
import { closeSync, constants, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent, TunnelEvent } from '../core/events.ts'
import { writeAll } from './atomic.ts'
import type { World } from './world.ts'

const maxBytes = 4 * 1024 * 1024

/** Appends in one write, so that lines of two writers never mix. A full disk loses the line, not the command. */
export function appendEvents(world: World, events: readonly TunnelEvent[]): void {
  const kept = events.filter(({ type }) => type !== 'waiting' && type !== 'kept' && type !== 'nothing')
  if (kept.length === 0) return
  const path = eventsPath(world)
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, `${path}.1`)
    const descriptor = openSync(
      path,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
      0o600,
    )
    try {
      const at = world.ctx.now()
      writeAll(descriptor, kept.map((event) => `${JSON.stringify({ at, ...event } satisfies StoredEvent)}\n`).join(''))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return
  }
}

export function eventsPath(world: World): string {
  return join(world.store.folder, 'events.ndjson')
}
