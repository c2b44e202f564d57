/** A shell script as far as an import needs it: simple commands with their words, in order. Nothing of it is ever run. */
import type { Spot } from '../../warnings.ts'

export interface Command {
  words: Word[]
  /** The word of `<<<`. */
  hereString: Word | null
  /** Whether its output goes into the next command (`|`). */
  piped: boolean
  /** Backslashes that were to continue the line, but have blanks or a comment behind them: there a shell ends the command. */
  broken: Spot[]
  at: Spot
}

export interface Word {
  pieces: Piece[]
  at: Spot
}

export type Piece =
  | { is: 'text'; text: string; quoted: boolean; at: Spot }
  | { is: 'variable'; name: string; fallback: Word | null; assigns: boolean; at: Spot }
  /** `$(...)` or backquotes. */
  | { is: 'output'; of: Command[]; at: Spot }
  /** Whatever else a shell would work out: arithmetic, `${x%y}`. */
  | { is: 'other'; at: Spot }

export interface ScriptComment {
  line: number
  text: string
  /** Nothing else stands on its line. */
  alone: boolean
}

export interface Script {
  commands: Command[]
  comments: ScriptComment[]
}
