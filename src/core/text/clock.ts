/** Elapsed time since a recorded time, whose clock may have been set since. */

/** NTP adjusts clocks all the time: this far ahead counts as now. */
const toleranceMs = 60_000

/** Both in epoch milliseconds. Infinite for a time well in the future: another clock wrote it, and waiting would hang. */
export function elapsed(since: number, now: number): number {
  return since > now + toleranceMs ? Infinity : Math.max(0, now - since)
}
