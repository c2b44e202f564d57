/** A message about a place in a text. Printed by report/diagnostics.ts. */
export interface Diagnostic {
  severity: 'error' | 'warning'
  /** Stable machine code: `unknown-key`, `wrong-type`, `port-clash`. */
  code: string
  /** The whole sentence without its place: `tunnels.ssh-pi.port must be a port from 1 to 65535, or auto`. */
  message: string
  /** Keys from the top of the document: ['tunnels', 'ssh-pi', 'port']. */
  path: (string | number)[]
  place: Place | null
  hint: string | null
  /** Related places: `first declared here`. */
  related: { message: string; place: Place }[]
}

/** A range on one line of a text. Lines and columns count from 1; a column is a UTF-16 unit as editors count it. */
export interface Place {
  /** For people: relative to the working folder if that is shorter. `-` is standard input. */
  file: string
  line: number
  column: number
  /** Length of the marked range on that line, at least 1. */
  length: number
  /** The line's text; null where there is none or where it may hold a secret. */
  text: string | null
}
