/** The standard streams of this process. */
import { once } from 'node:events'
import { fstatSync, statSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { systemCode } from '../core/errors.ts'
import type { Stream } from './run.ts'

/** Streams that may hold what is not written yet. */
const opened = new Set<NodeJS.WriteStream>()
const nullDevice = statSync('/dev/null', { throwIfNoEntry: false })?.rdev

/**
 * Files and pipes are written to at once, as Node itself does on POSIX systems ("process I/O" in its manual), but
 * without its streams: to load those takes a tenth of the time of a short command. A terminal has a size, which only
 * they know.
 */
export function streamOf(
  name: 'stdout' | 'stderr',
  interrupted: AbortSignal,
  onFailure: (code: string) => void,
): Stream {
  const fd = name === 'stdout' ? 1 : 2
  let failed = false
  let stream: NodeJS.WriteStream | null = null
  const fail = (error: unknown): void => {
    failed = true
    onFailure(systemCode(error) ?? 'unknown')
  }
  const open = (): NodeJS.WriteStream => {
    if (stream !== null) return stream
    stream = process[name].on('error', fail)
    opened.add(stream)
    return stream
  }
  return {
    write(text) {
      if (failed) return
      let left = Buffer.from(text)
      try {
        while (stream === null && left.length > 0 && !isTerminal(fd)) left = left.subarray(writeSync(fd, left))
      } catch (error) {
        // Who shares the pipe has made it non-blocking: the stream waits.
        if (systemCode(error) !== 'EAGAIN') {
          fail(error)
          return
        }
      }
      if (left.length > 0) open().write(left)
    },
    async drained() {
      if (failed || stream?.writableNeedDrain !== true || interrupted.aborted) return
      await once(stream, 'drain', { signal: interrupted }).catch(() => undefined)
    },
    get isTTY() {
      return isTerminal(fd)
    },
    get columns() {
      // A terminal of unknown size has 0.
      return isTerminal(fd) ? open().columns || 80 : null
    },
    get rows() {
      return isTerminal(fd) ? open().rows || 24 : null
    },
  }
}

/** Looks first at what costs nothing. */
export function isTerminal(fd: number): boolean {
  const stat = fstatSync(fd)
  return stat.isCharacterDevice() && stat.rdev !== nullDevice && isatty(fd)
}

/** Resolves when all that was written is out. */
export async function flushed(): Promise<void> {
  const writing = [...opened].map(
    (stream) =>
      new Promise<void>((resolve) =>
        stream.write('', () => {
          resolve()
        }),
      ),
  )
  await Promise.all(writing)
}

/** At most `most` bytes, and one more where there are more. */
export async function readStdin(most: number, interrupted: AbortSignal): Promise<Uint8Array> {
  const { addAbortSignal } = await import('node:stream')
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of addAbortSignal(interrupted, process.stdin) as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length > most) break
  }
  return Buffer.concat(parts).subarray(0, most + 1)
}
