/** Reads the texts given to import: from bytes to the tunnels in them. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { decodeBytes } from '../connectd/values.ts'
import { foreign, type Foreign } from './foreign.ts'
import type { ImportedTunnel } from './imported-tunnel.ts'
import type { Dialect } from './script-syntax.ts'
import { readLaunches, refuseUnread, type Origin } from './connectd/command-line.ts'
import { serviceScript } from './service-file.ts'
import { diagnosticOf, Warnings, wholeFile, type Spot } from './warnings.ts'
import { readProvisioningFile } from './connectd/provisioning.ts'
import { detectFormat } from './connectd/detect-format.ts'

export interface ImportInput extends Omit<Origin, 'restart'> {
  /** As shown to people; `-` is standard input. */
  file: string
  /** Real path: who names a file twice means one. */
  path: string
  bytes: Uint8Array
  /** Named by the user, not only found in a folder that was named. */
  named: boolean
}

export interface FileReading {
  file: string
  is: 'provisioning file' | 'launch script' | 'other'
  /** `skipped`: it was only found in a folder, and is nothing to import. */
  result: 'imported' | 'skipped' | 'refused'
  tunnels: ImportedTunnel[]
  /** What it is instead, and what to hand over; null for what is imported. */
  foreign: Foreign | null
}

export interface ImportReading {
  files: FileReading[]
  diagnostics: Diagnostic[]
}

export type OpenBeside = (path: string, script: ImportInput) => ImportInput | null

/** Reads all of them. A file that a script names is read as if it had been handed over, but only once. */
export function readInputs(inputs: readonly ImportInput[], openBeside: OpenBeside): ImportReading {
  const reading: ImportReading = { files: [], diagnostics: [] }
  const waiting = [...new Map([...inputs].reverse().map((input) => [input.path, input])).values()].reverse()
  const seen = new Set(waiting.map(({ path }) => path))
  for (const input of waiting) {
    const warnings = new Warnings(input.file, decodeBytes(input.bytes))
    const { file, follows } = readInput(input, warnings)
    for (const { path, at } of follows) {
      const beside = openBeside(path, input)
      if (beside === null) {
        const message = `connectd would read a file here that does not exist: ${path}`
        warnings.refuse(at, 'file-missing', message, 'hand over that file instead of the script')
      } else if (!seen.has(beside.path)) {
        waiting.push(beside)
        seen.add(beside.path)
      }
    }
    reading.files.push(warnings.refused ? { ...file, result: 'refused', tunnels: [] } : file)
    if (file.foreign === null) reading.diagnostics.push(...warnings.diagnostics())
    // A file in a folder that is nothing to import is only listed.
    else if (file.result === 'refused') {
      const { code, is, instead: hint } = file.foreign
      const message = `this is ${is}`
      reading.diagnostics.push(diagnosticOf(file.file, { severity: 'error', code, message, hint, at: wholeFile }))
    }
  }
  return reading
}

interface Reading {
  file: FileReading
  follows: { path: string; at: Spot }[]
}

function readInput(input: ImportInput, warnings: Warnings): Reading {
  const detected = detectFormat(input.bytes, input.file)
  if (detected.is === 'foreign') return foreignFile(input, foreign(detected.kind))
  const { is, text } = detected
  const service = serviceScript(text)
  const dialect = is === 'script' && service === null ? detected.dialect : 'shell'
  const calls = readCalls({ ...input, restart: service?.restart ?? 'no' }, service?.text ?? text, dialect, warnings)
  if (calls !== null) return calls
  if (service !== null) return foreignFile(input, foreign('other-service'))
  if (is === 'plain') return readFile(input, warnings)
  return foreignFile(input, foreign(/\bconnectd/i.test(text) ? 'script-without-connection' : 'other-script'))
}

/** Null: the text starts no connection. */
function readCalls(input: ImportInput & Origin, text: string, dialect: Dialect, warnings: Warnings): Reading | null {
  const { launches, unread } = readLaunches(text, dialect, input, warnings)
  if (launches.length + unread.length === 0) return null
  const tunnels = launches.flatMap((launch) => (launch.does === 'connect' ? [launch.tunnel] : []))
  const follows = launches.filter((launch) => launch.does === 'read')
  const asked = launches.filter((launch) => launch.does === 'ask')
  const [first] = asked
  if (first !== undefined && unread.length === 0 && asked.length === launches.length) {
    return foreignFile(input, foreign('callers-file', ` (${first.of})`))
  }
  for (const { of, at } of asked) refuseUnread({ at, why: `the file of -f comes from ${of}` }, warnings)
  for (const line of unread) refuseUnread(line, warnings)
  return { file: { file: input.file, is: 'launch script', result: 'imported', tunnels, foreign: null }, follows }
}

function readFile(input: ImportInput, warnings: Warnings): Reading {
  const meaning = readProvisioningFile(input.bytes, input.base, warnings)
  const is = 'provisioning file'
  if (meaning !== null && 'code' in meaning)
    return foreignFile(input, meaning, meaning.code === 'unknown-file' ? 'other' : is)
  const tunnels = meaning === null ? [] : [meaning]
  return { file: { file: input.file, is, result: 'imported', tunnels, foreign: null }, follows: [] }
}

function foreignFile({ file, named }: ImportInput, what: Foreign, is: FileReading['is'] = 'other'): Reading {
  return { file: { file, is, result: named ? 'refused' : 'skipped', tunnels: [], foreign: what }, follows: [] }
}
