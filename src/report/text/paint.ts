/** Colour, which never carries meaning alone, and how to print on a stream. */
import { styleText } from 'node:util'
import type { Output } from '../../core/context.ts'
import type { State } from '../../core/model.ts'

export interface Look {
  colour: boolean
  masks: readonly string[]
}

/** `columns`: width of the terminal; null: no limit. */
export interface WideLook extends Look {
  columns: number | null
}

export function lookOf({ columns, colour }: Output, masks: readonly string[]): WideLook {
  return { columns, colour, masks }
}

export type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'blue' | 'dim' | 'bold'

export function paint(text: string, colour: Colour, wanted: boolean): string {
  if (!wanted || text === '') return text
  // The context decides: styleText must not look at stdout.
  return styleText(colour, text, { validateStream: false })
}

export const stateColours: Record<State, Colour> = {
  open: 'green',
  opening: 'yellow',
  closing: 'yellow',
  retrying: 'yellow',
  unhealthy: 'yellow',
  failed: 'red',
  unknown: 'magenta',
  closed: 'dim',
}
