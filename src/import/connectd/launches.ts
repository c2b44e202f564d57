/** The calls of connectd in a script or on a command line: from words to connections. */
import { basename, join } from 'node:path'
import { findOption } from '../../connectd/argv.ts'
import { decodeBase64 } from '../../connectd/values.ts'
import { readInitiatorCall } from './arguments.ts'
import type { ImportedTunnel, Field } from './connection.ts'
import { Warnings, type Spot } from '../warnings.ts'
import { readProvisioningFile } from './provisioning.ts'
import { scriptComments } from './script-comments.ts'
import { readPowerShell } from './powershell/evaluate.ts'
import { sourceWords, type Call, type Value } from './script-values.ts'
import { evaluate } from './shell/evaluate.ts'
import { parseShell } from './shell/parse.ts'
import type { ScriptComment } from './shell/tree.ts'

export interface Origin {
  /** What tunnels are to be named after. */
  base: string
  /** Folder of the text, relative to that of the document that is made. */
  folder: string
}

/** What one call of connectd does. */
export type Launch =
  /** `lines`: where its values stand, so far as one line holds one of them. */
  | { does: 'connect'; connection: ImportedTunnel; lines: ReadonlyMap<number, Field> }
  /** -f: the connection is in that file; null: only the caller of the script knows which, from `of`. */
  | { does: 'read'; path: string; at: Spot }
  | { does: 'read'; path: null; of: string; at: Spot }
  /** The notes say why nothing came of it. */
  | { does: 'nothing' }

/** Every call of connectd that makes a connection, in order. None: this is no launch script. */
export function readLaunches(text: string, dialect: 'shell' | 'powershell', origin: Origin, notes: Warnings): Launch[] {
  const { calls, comments } = dialect === 'shell' ? readShell(text) : readPowerShell(text)
  const launches = calls.flatMap((call) => {
    const connectd = connectdIn(call)
    return connectd === null ? [] : (launchOf(connectd, comments, origin, notes) ?? [])
  })
  if (launches.length > 0) showNames(text, notes)
  return launches
}

function readShell(text: string): { calls: Call[]; comments: ScriptComment[] } {
  const { commands, comments } = parseShell(text)
  return { calls: evaluate(commands), comments }
}

/** Names of variables are no secrets, whatever they hold. Base64 text ends with `=`, too, but nothing follows it. */
function showNames(text: string, notes: Warnings): void {
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const name = /^[ \t]*(?:(?:(?:export|local|readonly)[ \t]+)?\w+=(?=[^\s=])|(?:\[\w+\][ \t]*)?\$\w+[ \t]*=)/.exec(
      line,
    )?.[0]
    if (name !== undefined) notes.show({ line: index + 1, column: 1, length: name.length })
  }
}

interface ConnectdCall extends Call {
  /** null: only the shell knows its path. */
  program: string | null
  args: Value[]
}

/** Programs that run another one, which is named behind them. */
const wrappers =
  /^(?:sudo|doas|nohup|exec|command|env|nice|ionice|setsid|stdbuf|timeout|time|start-stop-daemon|daemonize|unbuffer|[$%])$/

function connectdIn(call: Call): ConnectdCall | null {
  const { words } = call
  const [first] = words
  if (first === undefined) return null
  const isWrapped = first.known && wrappers.test(basename(first.text))
  const at = isWrapped ? words.findIndex(isConnectd) : isConnectd(first) ? 0 : -1
  const program = words[at]
  if (program === undefined) return null
  const args = words.slice(at + 1)
  const [dashes] = args
  if (dashes?.known === true && dashes.text === '--') args.shift()
  return { ...call, program: program.known ? program.text : null, args }
}

/** `connectd`, `./connectd.x86_64-osx`, `"$CONNECTD"`; not the vendor's installers and libraries, nor files of its own. */
function isConnectd(word: Value): boolean {
  if (!word.known) return /connectd/i.test(word.variable ?? '')
  const name = word.text.replace(/^.*[/\\]/, '')
  return /^connectd(?:-sim|(?:\.[\w-]+)*)$/i.test(name) && !/\.(?:sh|conf|txt|service|log|pid|ps1)$/i.test(name)
}

function launchOf(
  call: ConnectdCall,
  comments: readonly ScriptComment[],
  origin: Origin,
  notes: Warnings,
): Launch | null {
  const launch = readLaunch(call, origin, notes)
  if (launch === null) return null
  for (const at of call.broken.slice(0, 1)) {
    const message = 'the shell ends the command at this backslash, since it is not the last character of its line'
    notes.warn(at, 'broken-continuation', `${message}; the lines below are read as its continuation`)
  }
  if (launch.does !== 'connect') return launch
  const connection = {
    ...launch.connection,
    program: programOf(call.program, origin),
    comments: [...launch.connection.comments, ...scriptComments(call, launch.lines, comments)],
  }
  return { ...launch, connection }
}

function programOf(program: string | null, { folder }: Origin): string | null {
  if (program === null || /^connectd(?:\.exe)?$/i.test(program) || /[\\]/.test(program)) return null
  if (!program.includes('/') || program.startsWith('/')) return program
  const path = join(folder, program)
  return path.startsWith('.') ? path : `./${path}`
}

interface Switches {
  file: Value | null
  inline: Value | null
  server: Value | null
}

/** Null: a call that makes no connection, such as `connectd -n`. */
function readLaunch(call: ConnectdCall, origin: Origin, notes: Warnings): Launch | null {
  const switches: Switches = { file: null, inline: null, server: null }
  const { args, at } = call
  const restart = call.inLoop ? 'always' : 'no'
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index]
    const option = word?.known === true ? findOption(word.text) : null
    if (word === undefined) break
    if (option === null) {
      noteUnknown(word, notes)
      continue
    }
    notes.show(word.at)
    if (option.takes === 'rest') {
      const values = args.slice(index + 1)
      if (switches.file !== null) {
        const message = `connectd does not read the file of -f, since ${option.name} is given as well; nor does the import`
        notes.warn(switches.file.at, 'file-unread', message)
      }
      const made = readInitiatorCall(option.name, values, { ...origin, at: word.at, restart }, notes)
      if (made === null) return { does: 'nothing' }
      const server = serverOf(switches.server, notes) ?? made.connection.server
      return { does: 'connect', connection: { ...made.connection, server }, lines: made.lines }
    }
    const value = option.takes === 'value' || option.takes === 'maybe' ? args[index + 1] : undefined
    const taken = option.takes === 'maybe' && value?.known === true && value.text.startsWith('-') ? undefined : value
    if (taken !== undefined) index += 1
    if (/^-(?:n|nc|nat|h|v|z)$/.test(option.name)) return null
    readSwitch(option.name, taken, word.at, switches, notes)
  }
  if (switches.inline !== null) return readInline(switches.inline, switches, { ...origin, restart }, notes)
  if (switches.file === null) return null
  const { file } = switches
  if (!file.known) return { does: 'read', path: null, of: file.of, at: file.at }
  return { does: 'read', path: file.text, at }
}

function noteUnknown(word: Value, notes: Warnings): void {
  if (!word.known) {
    notes.warn(word.at, 'unknown-value', `this comes from ${sourceWords(word)}; it is left out`)
    return
  }
  const message = 'connectd prints its usage and ends: it knows no such option; it is left out'
  notes.warn(word.at, 'unknown-option', message)
}

function readSwitch(name: string, value: Value | undefined, at: Spot, switches: Switches, notes: Warnings): void {
  switch (name) {
    case '-f':
      switches.file = value ?? null
      break
    case '-e':
      switches.inline = value ?? null
      break
    case '-y':
      switches.server = value ?? null
      break
    case '-q':
      notes.warn(at, 'unknown-option', 'connectd prints its usage and ends: it rejects -q; it is left out')
      break
    case '-life':
      notes.warn(at, 'not-imported', 'p2p has no key for -life (how long the process may live): it is not imported')
      break
    default:
      // Status lines, background, console: p2p sees to these itself.
      break
  }
}

/** `-y HOST[:PORT]` */
function serverOf(value: Value | null, notes: Warnings): string | null {
  if (value === null) return null
  const [, host = null, port = '5959'] =
    (value.known ? /^([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?$/.exec(value.text) : null) ?? []
  if (host !== null) return `${host}:${port}`
  notes.warn(value.at, 'not-imported', 'the address of the service can not be told from this: the public one is used')
  return null
}

/** -e: a whole provisioning file as base64. */
function readInline(
  inline: Value,
  switches: Switches,
  { base, restart }: Origin & { restart: ImportedTunnel['restart'] },
  notes: Warnings,
): Launch {
  const text = inline.known ? decodeBase64(inline.text.replace(/\s/g, '')) : null
  if (text === null) {
    const why = inline.known ? 'this is no base64 text' : `what -e holds comes from ${sourceWords(inline)}`
    notes.refuse(inline.at, 'inline-unreadable', why, 'hand over the provisioning file itself')
    return { does: 'nothing' }
  }
  const inner = new Warnings(notes.file, text.split(/\r\n|\n|\r/))
  const meaning = readProvisioningFile(new TextEncoder().encode(text), base, inner)
  notes.adopt(inner, inline.at, 'the file in -e')
  if (meaning.means === 'connection') {
    const { connection } = meaning
    const { line } = inline.at
    const again = restart === 'always' ? { restart } : {}
    const server = serverOf(switches.server, notes) ?? connection.server
    const comments = connection.comments.map((comment) => ({ ...comment, line }))
    return { does: 'connect', connection: { ...connection, ...again, line, server, comments }, lines: new Map() }
  }
  if (meaning.means === 'foreign')
    notes.refuse(inline.at, meaning.foreign.code, `-e holds ${meaning.foreign.is}`, meaning.foreign.instead)
  if (meaning.means === 'unknown') notes.refuse(inline.at, 'inline-unreadable', '-e holds no provisioning file', null)
  return { does: 'nothing' }
}
