/** What flows through a tunnel, in words. */
import type { Traffic } from '../../core/model.ts'

/** At most four digits, powers of 1024: `999B`, `1.2KB`, `34MB`. */
export function shortSize(bytes: number): string {
  let count = bytes
  let step = 0
  while (count >= 999.5 && step < units.length - 1) {
    count /= 1024
    step += 1
  }
  return `${count < 9.95 && step > 0 ? count.toFixed(1) : Math.round(count).toString()}${units[step] ?? ''}`
}

/** `1.2KB in, 34MB out`; `~34MB`, where the directions are not told apart; null: nothing counts it. */
export function trafficText({ bytesIn, bytesOut, bytesMoved }: Traffic): string | null {
  if (bytesIn !== null && bytesOut !== null) return `${shortSize(bytesIn)} in, ${shortSize(bytesOut)} out`
  return bytesMoved === null ? null : `~${shortSize(bytesMoved)}`
}

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
