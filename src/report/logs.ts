/** Prints the output of tunnels: whole lines with the tunnel's name, sanitized, or each as a JSON object. */
import { TextDecoder } from 'node:util'
import type { Output } from '../core/context.ts'
import { noStamp, type Stamp } from '../core/decide/log-times.ts'
import { longestForm, redact } from '../core/text/redact.ts'
import { formatRunBorder, runBorder } from '../core/text/run-border.ts'
import { paint, type Colour } from './text/paint.ts'
import { sanitize, sanitizeJson } from './text/sanitize.ts'
import { localTime, timestamp } from './text/time.ts'

export interface LogPrinter {
  /** A piece of output, which may end within a line or a character. `stamp`: of the lines that end in it. */
  write: (name: string, chunk: Uint8Array | string, stamp?: Stamp) => void
  /** Whether it has printed anything. */
  readonly hasPrinted: boolean
  /** Prints unfinished lines: of all tunnels, or of one that exited. */
  flush: (name?: string) => void
}

interface LogLook {
  prefix: boolean
  masks: readonly string[]
  /** With the time of each line, by its stamp. */
  times?: boolean
  json?: boolean
  /** Only lines that match it as they are shown. */
  grep?: RegExp | null
}

/** `names`: all tunnels that may print, to align their lines. */
export function logPrinter(
  output: Output,
  names: readonly string[],
  { prefix, masks, times = false, json = false, grep = null }: LogLook,
): LogPrinter {
  const width = Math.max(0, ...names.map((name) => name.length))
  const prefixOf = (name: string): string => {
    if (!prefix) return ''
    const colour = colours[Math.max(0, names.indexOf(name)) % colours.length] ?? 'cyan'
    return paint(`${name.padEnd(width)} | `, colour, output.colour)
  }
  const tunnels = new Map<string, Printed>()
  const tunnelOf = (name: string): Printed => {
    const known = tunnels.get(name)
    if (known !== undefined) return known
    const tunnel = { prefix: prefixOf(name), lines: lineReader(masks), border: '', began: null, stamp: noStamp }
    tunnels.set(name, tunnel)
    return tunnel
  }
  let hasPrinted = false
  const print = (name: string, lines: readonly string[]): void => {
    const tunnel = tunnelOf(name)
    const text = lines.map((line) => {
      const at = runBorder.exec(line)?.groups?.['at']
      if (at !== undefined) {
        tunnel.began = Date.parse(at)
        const border = formatRunBorder(localTime(tunnel.began))
        // Without names it is for programs: only what the tunnels' own programs said.
        if (prefix) tunnel.border = `${tunnel.prefix}${paint(border, 'dim', output.colour)}\n`
        return ''
      }
      const shown = sanitize(line, masks)
      if (grep?.test(shown) === false) return ''
      const { exact, attempt, ...known } = tunnel.stamp
      // The log of an earlier build has borders, and nothing else that tells times.
      const time = known.time ?? tunnel.began
      if (json) {
        const stated = { time: time === null ? null : timestamp(time), timeExact: exact }
        return `${sanitizeJson({ tunnel: name, attempt, line, ...stated }, masks)}\n`
      }
      return `${takeBorder(tunnel)}${tunnel.prefix}${times ? timeColumn(time, exact) : ''}${shown}\n`
    })
    const printed = text.join('')
    if (printed === '') return
    hasPrinted = true
    output.write(printed)
  }
  return {
    write(name, chunk, stamp) {
      const tunnel = tunnelOf(name)
      tunnel.stamp = stamp ?? noStamp
      print(name, tunnel.lines.take(chunk))
    },
    get hasPrinted() {
      return hasPrinted
    },
    flush(name) {
      for (const one of name === undefined ? tunnels.keys() : [name]) {
        print(one, tunnelOf(one).lines.rest())
      }
    },
  }
}

interface Printed {
  prefix: string
  lines: LineReader
  /** Where its newest run begins, until that run says something: a silent one has nothing to be told apart. */
  border: string
  /** When that run began; null: not known. */
  began: number | null
  /** Of the line that ended last. */
  stamp: Stamp
}

/** `~`: written then or later. */
function timeColumn(time: number | null, exact: boolean): string {
  if (time === null) return '~ not known          '
  return exact ? `${localTime(time)}  ` : `~${localTime(time)} `
}

function takeBorder(tunnel: Printed): string {
  const { border } = tunnel
  tunnel.border = ''
  return border
}

const colours: readonly Colour[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

/** As a line of a log, in Latin-1, would be shown: what --grep sees. */
export function shownLine(latin1: string, masks: readonly string[]): string {
  return sanitize(withoutReturns(Buffer.from(latin1, 'latin1').toString('utf8')), masks)
}

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
