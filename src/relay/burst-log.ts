/** Writes the first of equal lines now and the number of repeats later, so that an unreachable target does not fill the disk. */
export interface BurstLog {
  /** `line` without newline. Equal lines are one burst. */
  say: (line: string) => void
  /** Writes held repeats and clears all timers. */
  flush: () => void
}

export function burstLog(write: (line: string) => void, windowMs: number): BurstLog {
  const bursts = new Map<string, { repeats: number; timer: NodeJS.Timeout }>()

  function open(line: string): void {
    const timer = setTimeout(() => {
      if (close(line)) open(line)
    }, windowMs)
    bursts.set(line, { repeats: 0, timer: timer.unref() })
  }

  /** Whether there was a repeat. */
  function close(line: string): boolean {
    const { repeats = 0, timer } = bursts.get(line) ?? {}
    clearTimeout(timer)
    bursts.delete(line)
    if (repeats > 0) write(`${line} (${repeats === 1 ? 'once more' : `${repeats} more times`})`)
    return repeats > 0
  }

  return {
    say(line) {
      const burst = bursts.get(line)
      if (burst !== undefined) {
        burst.repeats += 1
        return
      }
      write(line)
      open(line)
    },
    flush() {
      for (const line of [...bursts.keys()]) close(line)
    },
  }
}
