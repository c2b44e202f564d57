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
      close(line)
    }, windowMs)
    timer.unref()
    bursts.set(line, { repeats: 0, timer })
  }

  function close(line: string): void {
    const burst = bursts.get(line)
    if (burst === undefined) return
    clearTimeout(burst.timer)
    bursts.delete(line)
    if (burst.repeats === 0) return
    write(`${line} (${burst.repeats === 1 ? 'once more' : `${burst.repeats} more times`})`)
    open(line)
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
      for (const burst of bursts.values()) clearTimeout(burst.timer)
      bursts.clear()
    },
  }
}
