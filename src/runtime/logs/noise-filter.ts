/** A tunnel's output without the lines that its program only says for p2p to read (LogPolicy.noise). */

export interface NoiseFilter {
  /** A piece of output as it was read, which may end within a line. */
  take: (chunk: Uint8Array) => void
  /** Hands on a last line that has no end (yet). */
  end: () => void
}

/** No line is held back for longer than this: it is decided by how it begins. */
const longestHeld = 4096

/** `noise` null: everything is handed on as it comes. */
export function noiseFilter(noise: RegExp | null, write: (chunk: Uint8Array) => void): NoiseFilter {
  if (noise === null) return { take: write, end: () => undefined }
  // Latin-1 keeps every byte as it is, whatever the program's encoding.
  let begun = ''
  /** What becomes of the line whose beginning was too long to hold. */
  let decided: 'shown' | 'hidden' | null = null
  const isNoise = (line: string): boolean => (decided === null ? noise.test(line) : decided === 'hidden')
  return {
    take(chunk) {
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
      if (shown !== '') write(Buffer.from(shown, 'latin1'))
    },
    end() {
      if (begun !== '' && !isNoise(begun)) write(Buffer.from(begun, 'latin1'))
      begun = ''
    },
  }
}
