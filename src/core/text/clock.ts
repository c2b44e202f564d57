/** Times that were recorded, perhaps by a clock that has been set since. */

/** Clocks are set by moments all the time (NTP): that far ahead is no time ago. */
const toleranceMs = 60_000

/**
 * Milliseconds between a recorded time and `now` (both epoch). What lies well in the future was written by another clock:
 * how long ago it was is unknown, and waiting for that time would hang, so it counts as for ever ago.
 */
export function elapsed(since: number, now: number): number {
  return since > now + toleranceMs ? Infinity : Math.max(0, now - since)
}
