/** Finds the last matching line in a tunnel's log, and the stage of its startup. */
import { anyStage, stageStartedBy } from '../../core/decide/startup-stages.ts'
import { hookLine } from '../../core/text/run-border.ts'
import type { Stage } from '../../core/model.ts'
import { readBytesFrom } from '../files/read-file.ts'

const chunkBytes = 1024 * 1024
const mostChunks = 16
/** Lines are cut: a pattern's time may grow with their length. */
const longestMatched = 4096

/** The last match since `offset`; null: none in the last 16 MiB, or the log was rotated since. */
export function lastLineMatching(path: string, offset: number, pattern: RegExp): string | null {
  let rest = ''
  let end = Infinity
  for (let count = 0; count < mostChunks && end > offset; count += 1) {
    let start = 0
    const chunk = readBytesFrom(
      path,
      (size) => {
        end = Math.min(end, size)
        start = Math.max(Math.min(offset, end), end - chunkBytes)
        return start
      },
      chunkBytes,
    )
    // Latin-1 keeps a character that is split between chunks.
    const lines = (chunk.toString('latin1', 0, end - start) + rest).split('\n')
    const first = start > offset ? (lines.shift() ?? '') : ''
    const found = lines.reverse().find((line) => !hookLine.test(line) && pattern.test(line.slice(0, longestMatched)))
    if (found !== undefined) return Buffer.from(found.replace(/\r$/, ''), 'latin1').toString('utf8')
    rest = first
    end = start
  }
  return null
}

/** The last stage that a line since `offset` began; null: none. */
export function stageSince(path: string, offset: number, stages: readonly Stage[] = []): Stage | null {
  if (stages.length === 0) return null
  return stageStartedBy(lastLineMatching(path, offset, anyStage(stages)) ?? '', stages)
}
