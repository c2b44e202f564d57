/** Colour. Whether a stream wants it is decided once, in the context; it never carries meaning alone. */
import { styleText } from 'node:util'
import type { State } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'

export type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'blue' | 'dim' | 'bold'

/** Paints a text where colour is wanted. The decision is ours: styleText's own look at stdout is switched off. */
export function paint(text: string, colour: Colour, wanted: boolean): string {
  if (!wanted || text === '') return text
  return styleText(colour, text, { validateStream: false })
}

export function stateColour(state: State): Colour {
  switch (state) {
    case 'open':
      return 'green'
    case 'opening':
    case 'closing':
    case 'retrying':
    case 'unhealthy':
      return 'yellow'
    case 'failed':
      return 'red'
    case 'unknown':
      return 'magenta'
    case 'closed':
      return 'dim'
    default:
      return unreachable(state)
  }
}
