/** Filters lines that a program prints only for p2p (LogPolicy.noise) out of its output. */
import type { Stamp } from '../../core/decide/log-times.ts'

export interface NoiseFilter {
  /** A chunk of output, which may end within a line. `stamp`: of the lines that end in it. */
  take: (chunk: Uint8Array, stamp?: Stamp) => void
  /** Passes on a last, unfinished line. */
  end: () => void
}

/** A longer line is decided by how it begins. */
const longestHeld = 4096

export function noiseFilter(noise: RegExp | null, write: (chunk: Uint8Array, stamp?: Stamp) => void): NoiseFilter {
  if (noise === null) return { take: write, end: () => undefined }
  // Latin-1 keeps every byte, in any encoding.
  let begun = ''
  let last: Stamp | undefined
  /** The decision about a line too long to hold. */
  let decided: 'shown' | 'hidden' | null = null
  const isNoise = (line: string): boolean => (decided === null ? noise.test(line) : decided === 'hidden')
  return {
    take(chunk, stamp) {
      last = stamp
      const lines = (begun + Buffer.from(chunk).toString('latin1')).split('\n')
      begun = lines.pop() ?? ''
      let shown = ''
      for (const line of lines) {
        if (!isNoise(line)) shown += `${line}\n`
        decided = null
      }
      if (begun.length > longestHeld) {
        decided = isNoise(begun) ? 'hidden' : 'shown'
        if (decided === 'shown') shown += begun
        begun = ''
      }
      if (shown !== '') write(Buffer.from(shown, 'latin1'), stamp)
    },
    end() {
      if (begun !== '' && !isNoise(begun)) write(Buffer.from(begun, 'latin1'), last)
      begun = ''
    },
  }
}
