/** Prints the output of tunnels: whole lines with the tunnel's name, sanitized. */
import { TextDecoder } from 'node:util'
import type { Output } from '../core/context.ts'
import { paint, type Colour } from './text/paint.ts'
import { longestForm, redact, sanitize } from './text/sanitize.ts'

export interface LogPrinter {
  /** A piece of output, which may end within a line or a character. */
  write: (name: string, chunk: Uint8Array | string) => void
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
  const tunnels = new Map<string, { prefix: string; lines: LineReader }>()
  const tunnelOf = (name: string): { prefix: string; lines: LineReader } => {
    const tunnel = tunnels.get(name) ?? { prefix: prefixOf(name), lines: lineReader(masks) }
    tunnels.set(name, tunnel)
    return tunnel
  }
  const print = (before: string, lines: readonly string[]): void => {
    if (lines.length > 0) output.write(lines.map((line) => `${before}${sanitize(line, masks)}\n`).join(''))
  }
  return {
    write(name, chunk) {
      const tunnel = tunnelOf(name)
      print(tunnel.prefix, tunnel.lines.take(chunk))
    },
    flush(name) {
      for (const one of name === undefined ? tunnels.keys() : [name]) {
        const tunnel = tunnelOf(one)
        print(tunnel.prefix, tunnel.lines.rest())
      }
    },
  }
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
