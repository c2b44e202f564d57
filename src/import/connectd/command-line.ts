/** The lines of a script that run connectd: from words to tunnels. */
import { join } from 'node:path'
import { findOption } from '../../connectd/argv.ts'
import { decodeBase64 } from '../../connectd/values.ts'
import type { ImportedTunnel } from '../imported-tunnel.ts'
import { readScript, type CommandLine, type UnreadLine } from '../script.ts'
import { sourceWords, type Word } from '../script-words.ts'
import type { Dialect } from '../script-syntax.ts'
import { Warnings, type Spot } from '../warnings.ts'
import { readInitiatorCall } from './arguments.ts'
import { readProvisioningFile } from './provisioning.ts'

export interface Origin {
  base: string
  /** Folder of the text, relative to that of the document that is made. */
  folder: string
  /** Of what is not run in a loop. */
  restart: ImportedTunnel['restart']
}

export type Launch =
  | { does: 'connect'; tunnel: ImportedTunnel }
  | { does: 'read'; path: string; at: Spot }
  /** -f with a file that only the caller of the script knows, from `of`. */
  | { does: 'ask'; of: string; at: Spot }
  /** The warnings say why nothing came of it. */
  | { does: 'nothing' }

/** Every call of connectd that makes a connection, in order, and the lines that seem to be one but can't be read. */
export function readLaunches(
  text: string,
  dialect: Dialect,
  origin: Origin,
  warnings: Warnings,
): { launches: Launch[]; unread: UnreadLine[] } {
  const { commands, unread } = readScript(text, dialect, isConnectd)
  const launches = commands.flatMap((command) => launchOf(command, origin, warnings) ?? [])
  const connects = ({ args }: UnreadLine): boolean => args.some((word) => /^(?:-(?:c|p2?|f|e)$|\$|T\d)/.test(word))
  const refused = unread.filter(connects).filter(({ at }, index, all) => at.line !== all[index - 1]?.at.line)
  for (const { at, why } of launches.length + refused.length === 0 ? [] : unread.filter((line) => !connects(line))) {
    noteMention(at, why, warnings)
  }
  return { launches, unread: refused }
}

function noteMention(at: Spot, why: string, warnings: Warnings): void {
  const message = `this line names connectd, but the import does not know whether it makes a connection: ${why}`
  warnings.warn(at, 'unread-mention', message)
}

export function refuseUnread({ at, why }: Pick<UnreadLine, 'at' | 'why'>, warnings: Warnings): void {
  const hint = 'write the connectd command on a line of its own, with its values in place, and import that'
  warnings.refuse(at, 'unread-line', `this line runs connectd in a way that the import can't read: ${why}`, hint)
}

/**
 * `connectd`, `./connectd.x86_64-osx`, `"$CONNECTD"`; not the vendor's installers and libraries, nor files of its own.
 * The program may have any name: a UID and behind it a port are the values of connectd.
 */
function isConnectd(word: Word, next = ''): boolean {
  if (!word.known && word.literal === '') return /connectd/i.test(word.variable ?? '')
  const path = (word.known ? word.text : word.literal).slice(-200)
  if (/^T\d/.test(next) && /^(?:[\da-f]{2}:){7}[\da-f]{2}$/i.test(path)) return true
  const name = path.replace(/^.*[/\\]/s, '')
  return /^connectd[\w.+-]*$/i.test(name) && !ofConnectd.test(name)
}

const ofConnectd =
  /[_-](?:installer|library|control|options|config|services?)\b|\.(?:sh|conf|txt|service|log|pid|ps1)$/i

function launchOf(command: CommandLine, origin: Origin, warnings: Warnings): Launch | null {
  const { program, args, broken } = command
  if (program.known && /\/(?:init|rc)\.d\//.test(program.text)) {
    noteMention(program.at, 'it is run by a script of the system', warnings)
    return null
  }
  const dashes = args[0]?.known === true && args[0].text === '--' ? 1 : 0
  const launch = readArguments(command, args.slice(dashes), origin, warnings)
  if (launch !== null && broken !== null) {
    const message = 'the shell ends the command at this backslash, since it is not the last character of its line'
    warnings.warn(broken, 'broken-continuation', `${message}; the lines below are read as its continuation`)
  }
  if (launch?.does !== 'connect') return launch
  return { ...launch, tunnel: { ...launch.tunnel, program: programOf(program, origin) } }
}

/** null: the connectd of PATH, or a path that only the shell or another system knows. */
function programOf(program: Word, { folder }: Origin): string | null {
  if (!program.known || /^connectd(?:\.exe)?$/i.test(program.text) || /\\|^~/.test(program.text)) return null
  if (!program.text.includes('/') || program.text.startsWith('/')) return program.text
  const path = join(folder, program.text)
  return path.startsWith('.') ? path : `./${path}`
}

/** Values of -f, -e and -y. */
type Switches = Partial<Record<string, Word>>

/** Null: a call that makes no connection, such as `connectd -n`. */
function readArguments(command: CommandLine, args: readonly Word[], origin: Origin, warnings: Warnings): Launch | null {
  const switches: Switches = {}
  const { at } = command.program
  const restart = command.inLoop ? 'always' : origin.restart
  const unknown: Word[] = []
  let index = 0
  for (let word = args[index]; word !== undefined; word = args[++index]) {
    const isSeveral = word.known && /^-\S*\s+-/.test(word.text)
    const option = word.known && !isSeveral ? findOption(word.text) : null
    if (option === null) {
      const message = word.known
        ? 'connectd prints its usage and ends: it knows no such option; it is left out'
        : `this comes from ${sourceWords(word)}; it is left out`
      warnings.warn(word.at, word.known ? 'unknown-option' : 'unknown-value', message)
      unknown.push(word)
      continue
    }
    if (option.takes === 'rest') {
      if (switches['-f'] !== undefined) {
        const message = `connectd does not read the file of -f, since ${option.name} is given as well; nor does the import`
        warnings.warn(switches['-f'].at, 'file-unread', message)
      }
      const call = { base: origin.base, at: word.at, restart, server: serverOf(switches['-y'], warnings) } as const
      const tunnel = readInitiatorCall(option.name, args.slice(index + 1), call, warnings)
      return tunnel === null ? { does: 'nothing' } : { does: 'connect', tunnel }
    }
    const next = args[index + 1]
    const isOption = next?.known === true && next.text.startsWith('-')
    const value = option.takes === 'value' || (option.takes === 'maybe' && !isOption) ? next : undefined
    if (value !== undefined) index += 1
    if ('ends' in option && option.name !== '-q') return null
    switches[option.name] = value
    const note = switchNotes[option.name]
    if (note !== undefined) warnings.warn(word.at, ...note)
  }
  const { '-f': file, '-e': inline } = switches
  if (inline !== undefined) return readInline(inline, switches, { ...origin, restart }, warnings)
  if (file !== undefined) {
    return file.known ? { does: 'read', path: file.text, at } : { does: 'ask', of: file.of, at: file.at }
  }
  const hidden = unknown.find((word) => !word.known || /\s-/.test(word.text))
  if (hidden !== undefined) {
    const why = hidden.known ? 'its options are one word' : `its options come from ${sourceWords(hidden)}`
    refuseUnread({ at, why }, warnings)
    return { does: 'nothing' }
  }
  // With an unknown option it prints its usage, and without -c, -p, -p2, -f and -e it reads this file of its folder.
  return unknown.length > 0 ? null : { does: 'read', path: 'connectd.conf', at }
}

/** Other switches are about status lines, background and console, which are p2p's own. */
const switchNotes: Partial<Record<string, readonly [code: string, message: string]>> = {
  '-q': ['unknown-option', 'connectd prints its usage and ends: it rejects -q; it is left out'],
  '-life': ['not-imported', 'p2p has no key for -life (how long the process may live): it is not imported'],
}

function serverOf(value: Word | undefined, warnings: Warnings): string | null {
  if (value === undefined) return null
  const [, host = null, port = '5959'] =
    (value.known ? /^([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?$/.exec(value.text) : null) ?? []
  if (host !== null) return `${host}:${port}`
  warnings.warn(value.at, 'not-imported', 'this is not an address of the service: the public one is used')
  return null
}

/** -e: a whole provisioning file as base64. */
function readInline(inline: Word, switches: Switches, { base, restart }: Origin, warnings: Warnings): Launch {
  const text = inline.known ? decodeBase64(inline.text.replace(/\s/g, '')) : null
  if (text === null) {
    const why = inline.known ? 'this is no base64 text' : `what -e holds comes from ${sourceWords(inline)}`
    warnings.refuse(inline.at, 'inline-unreadable', why, 'hand over the provisioning file itself')
    return { does: 'nothing' }
  }
  const inner = new Warnings(warnings.file, text)
  const tunnel = readProvisioningFile(new TextEncoder().encode(text), base, inner)
  warnings.adopt(inner, inline.at, 'the file in -e')
  if (tunnel === null) return { does: 'nothing' }
  if ('code' in tunnel) {
    warnings.refuse(inline.at, tunnel.code, `-e holds ${tunnel.is}`, tunnel.instead)
    return { does: 'nothing' }
  }
  const { line } = inline.at
  const comments = tunnel.comments.map((comment) => ({ ...comment, line }))
  const server = serverOf(switches['-y'], warnings) ?? tunnel.server
  return { does: 'connect', tunnel: { ...tunnel, ...(restart !== 'no' && { restart }), line, server, comments } }
}
