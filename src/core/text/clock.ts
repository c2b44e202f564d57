/** Elapsed time since a recorded time, whose clock may have been set since. */

/** NTP adjusts clocks all the time: this far ahead counts as now. */
const toleranceMs = 60_000

/**
 * Milliseconds between a recorded time and `now` (both epoch). A time well in the future was written by another clock; waiting
 * for it would hang, so it counts as infinitely long ago.
 */
export function elapsed(since: number, now: number): number {
  return since > now + toleranceMs ? Infinity : Math.max(0, now - since)
}
