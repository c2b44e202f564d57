/** Standard output like C's stdio: by lines on a terminal, else in blocks with explicit flushes. */
import { writeSync } from 'node:fs'

export interface SimulatorOutput {
  /** One line, without its newline. */
  say: (line: string) => void
  part: (text: string) => void
  flush: () => void
}

export function openOutput(buffer: 'line' | 'block'): SimulatorOutput {
  let held = ''

  function flush(): void {
    if (held === '') return
    const text = held
    held = ''
    try {
      writeSync(1, text)
    } catch {
      // The reader is gone or the disk is full: connectd continues too.
    }
  }

  function part(text: string): void {
    held += text
    if (buffer === 'line' ? text.endsWith('\n') : held.length >= blockSize) flush()
  }

  return {
    say(line) {
      part(`${line}\n`)
    },
    part,
    flush,
  }
}

/** For the fault `silent`. */
export const noOutput: SimulatorOutput = { say: () => undefined, part: () => undefined, flush: () => undefined }

/** BUFSIZ of connectd's C library, for pipes and files. */
const blockSize = 4096
