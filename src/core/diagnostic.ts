/** A message about a place in a text: what is wrong, where, what to try. Drawn by report/diagnostics.ts. */
export interface Diagnostic {
  severity: 'error' | 'warning'
  /** Stable machine code: `unknown-key`, `wrong-type`, `port-clash`. */
  code: string
  /** The whole sentence without place, e.g. `tunnels.ssh-pi.port must be a port from 1 to 65535, or auto`. */
  message: string
  /** Keys from the top of the document: ['tunnels', 'ssh-pi', 'port']. */
  path: (string | number)[]
  place: Place | null
  /** One line: what to try. */
  hint: string | null
  /** Other places that take part: `first declared here`. */
  related: { message: string; place: Place }[]
}

/** A range on one line of a text. Lines and columns count from 1; a column is a UTF-16 unit as editors count it. */
export interface Place {
  /** As shown to people: relative to the working folder where that is shorter. `-` is standard input. */
  file: string
  line: number
  column: number
  /** Length of the marked range on that line, at least 1. */
  length: number
  /** The line's text; null where there is none or where it may hold a secret. */
  text: string | null
}
