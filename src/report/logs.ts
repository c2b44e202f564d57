/** Prints the output of tunnels: whole lines with the tunnel's name, sanitized. */
import { TextDecoder } from 'node:util'
import type { Output } from '../core/context.ts'
import { longestForm, redact } from '../core/text/redact.ts'
import { formatRunBorder, runBorder } from '../core/text/run-border.ts'
import { paint, type Colour } from './text/paint.ts'
import { sanitize } from './text/sanitize.ts'
import { localTime } from './text/time.ts'

export interface LogPrinter {
  /** A piece of output, which may end within a line or a character. */
  write: (name: string, chunk: Uint8Array | string) => void
  /** Whether it has printed anything. */
  readonly hasPrinted: boolean
  /** Prints unfinished lines: of all tunnels, or of one that exited. */
  flush: (name?: string) => void
}

/** `names`: all tunnels that may print, to align their lines. */
export function logPrinter(
  output: Output,
  names: readonly string[],
  { prefix, masks }: { prefix: boolean; masks: readonly string[] },
): LogPrinter {
  const width = Math.max(0, ...names.map((name) => name.length))
  const prefixOf = (name: string): string => {
    if (!prefix) return ''
    const colour = colours[Math.max(0, names.indexOf(name)) % colours.length] ?? 'cyan'
    return paint(`${name.padEnd(width)} | `, colour, output.colour)
  }
  const tunnels = new Map<string, Printed>()
  const tunnelOf = (name: string): Printed => {
    const tunnel = tunnels.get(name) ?? { prefix: prefixOf(name), lines: lineReader(masks), border: '' }
    tunnels.set(name, tunnel)
    return tunnel
  }
  let hasPrinted = false
  const print = (tunnel: Printed, lines: readonly string[]): void => {
    const text = lines.map((line) => {
      const at = runBorder.exec(line)?.groups?.['at']
      if (at === undefined) return `${takeBorder(tunnel)}${tunnel.prefix}${sanitize(line, masks)}\n`
      const border = formatRunBorder(localTime(Date.parse(at)))
      // Without names it is for programs: only what the tunnels' own programs said.
      if (prefix) tunnel.border = `${tunnel.prefix}${paint(border, 'dim', output.colour)}\n`
      return ''
    })
    const printed = text.join('')
    if (printed === '') return
    hasPrinted = true
    output.write(printed)
  }
  return {
    write(name, chunk) {
      const tunnel = tunnelOf(name)
      print(tunnel, tunnel.lines.take(chunk))
    },
    get hasPrinted() {
      return hasPrinted
    },
    flush(name) {
      for (const one of name === undefined ? tunnels.keys() : [name]) {
        const tunnel = tunnelOf(one)
        print(tunnel, tunnel.lines.rest())
      }
    },
  }
}

interface Printed {
  prefix: string
  lines: LineReader
  /** Where its newest run begins, until that run says something: a silent one has nothing to be told apart. */
  border: string
}

function takeBorder(tunnel: Printed): string {
  const { border } = tunnel
  tunnel.border = ''
  return border
}

const colours: readonly Colour[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

/** A longer line is printed in pieces: a program that never ends its line must not fill our memory. */
const longestLine = 32 * 1024

interface LineReader {
  take: (chunk: Uint8Array | string) => string[]
  rest: () => string[]
}

function lineReader(masks: readonly string[]): LineReader {
  let decoder = new TextDecoder()
  let begun = ''
  return {
    take(chunk) {
      begun += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const lines = begun.split('\n')
      begun = lines.pop() ?? ''
      if (begun.length > longestLine) {
        // The end may be the first part of a secret: it waits for the next chunk.
        const hidden = redact(begun, masks)
        const ready = wholeCharacters(hidden, Math.max(0, hidden.length - longestForm(masks)))
        lines.push(hidden.slice(0, ready))
        begun = hidden.slice(ready)
      }
      return lines.map(withoutReturns)
    },
    rest() {
      const last = begun + decoder.decode()
      begun = ''
      decoder = new TextDecoder()
      return last === '' ? [] : [withoutReturns(last)]
    },
  }
}

/** `length`, or one less where it would cut a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const next = text.charCodeAt(length)
  return length > 0 && next >= 0xdc00 && next <= 0xdfff ? length - 1 : length
}

/** Windows line ends, and progress bars: the text after the last return is the line. */
function withoutReturns(line: string): string {
  const ended = line.replace(/\r+$/, '')
  return ended.slice(ended.lastIndexOf('\r') + 1)
}
