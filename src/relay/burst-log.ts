/**
 * Says the first of many equal things at once and how many followed once in a while: a target that is away must not fill
 * the disk with one line per attempt. There is a timer only while something was said lately.
 */
export interface BurstLog {
  /** `line` without newline. Equal lines are one burst. */
  say: (line: string) => void
  /** Says what is still held back; nothing is left running. */
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
