/** Changes of tunnels' states between the lines of their logs. */
import type { Row } from '../core/model.ts'
import { paint, stateColour } from './paint.ts'
import { sanitizeLine } from './sanitize.ts'
import { statusText } from './status.ts'

export interface ChangeLook {
  /** Width of the column of names, as in the prefix of log lines. */
  width: number
  /** Epoch milliseconds. */
  now: number
  colour: boolean
  masks: readonly string[]
}

/** `web-pi * retrying in 4s (1st time): peer timed out`, in the columns of log lines. */
export function changeLine({ name, status, observed }: Row, { width, now, colour, masks }: ChangeLook): string {
  const words = statusText(status, observed?.record ?? null, now)
  return `${paint(sanitizeLine(`${name.padEnd(width)} * ${words}`, masks), stateColour(status.state), colour)}\n`
}
