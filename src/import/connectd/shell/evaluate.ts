/**
 * Follows the variables of a shell script to the commands that use them. Only assignments, defaults and the ways in which
 * scripts make base64 are understood; everything else is something that only the caller or a run can tell. Nothing is run.
 */
import { computed, decoded, encoded, given, joined, known, type Call, type Value } from '../script-values.ts'
import { unreachable } from '../../../core/text/unreachable.ts'
import type { Command, Piece, Word } from './tree.ts'

/** Every command of the script in order, with the values that its variables have there. */
export function evaluate(commands: readonly Command[]): Call[] {
  const scope: Scope = { variables: new Map(), nesting: [] }
  return commands.flatMap((command) => {
    const words = keywordsOff(command.words, scope)
    const own = assignmentsOff(words, scope)
    if (own.length === 0) return []
    const values = own.map((word) => valueOf(word, scope))
    assign(values, own, scope)
    const inLoop = around(scope).loops > 0
    return [{ words: values, at: own[0]?.at ?? command.at, inLoop, broken: command.broken }]
  })
}

interface Scope {
  variables: Map<string, Value>
  /** For each compound command that is open, what it stands in, itself included. */
  nesting: Around[]
}

interface Around {
  loops: number
  /** Groups and functions are none: what stands in them is said whatever happens. */
  conditions: number
}

function around({ nesting }: Scope): Around {
  return nesting.at(-1) ?? { loops: 0, conditions: 0 }
}

const opening = new Set(['if', 'case', 'while', 'until', 'for', 'select', '{'])
const closing = new Set(['fi', 'esac', 'done', '}'])
const between = new Set(['then', 'else', 'elif', 'do', '!', 'time'])

/** The words behind the shell's own: `then connectd ...` is a call of connectd. */
function keywordsOff(words: readonly Word[], scope: Scope): readonly Word[] {
  for (const [at, written] of words.entries()) {
    const word = plainText(written)
    if (word === null) return words.slice(at)
    if (closing.has(word)) {
      scope.nesting.pop()
      return []
    }
    if (opening.has(word)) open(word, scope)
    else if (!between.has(word)) return words.slice(at)
    if (word === 'for' || word === 'select') forget(plainText(words[at + 1]), 'the loop over ', scope)
    if (word === 'for' || word === 'select' || word === 'case') return []
  }
  return []
}

function open(word: string, scope: Scope): void {
  const { loops, conditions } = around(scope)
  const isLoop = word === 'while' || word === 'until'
  scope.nesting.push({ loops: loops + Number(isLoop), conditions: conditions + Number(word !== '{') })
}

/** The text of a word without quotes, variables and the like. */
function plainText(word: Word | undefined): string | null {
  const [piece, second] = word?.pieces ?? []
  return piece?.is === 'text' && !piece.quoted && second === undefined ? piece.text : null
}

/** `A=1 B=2 command`: keeps the assignments; those before a command count for what follows, too, which harms nobody. */
function assignmentsOff(words: readonly Word[], scope: Scope): readonly Word[] {
  let at = 0
  for (const word of words) {
    const assignment = assignmentOf(word)
    if (assignment === null) break
    set(assignment.name, valueOf(assignment.value, scope), scope)
    at += 1
  }
  return words.slice(at)
}

function assignmentOf({ pieces, at }: Word): { name: string; value: Word } | null {
  const [first, ...others] = pieces
  if (first?.is !== 'text' || first.quoted) return null
  const [head, name = ''] = /^([A-Za-z_]\w*)=/.exec(first.text) ?? []
  if (head === undefined) return null
  const place = { ...first.at, column: first.at.column + head.length, length: first.at.length - head.length }
  const rest: Piece = {
    ...first,
    text: first.text.slice(head.length),
    at: { ...place, length: Math.max(1, place.length) },
  }
  return { name, value: { pieces: [rest, ...others], at } }
}

const declaring = new Set(['export', 'local', 'readonly', 'declare', 'typeset'])

/** What `export A=1` and `read A` do to variables. */
function assign(values: readonly Value[], words: readonly Word[], scope: Scope): void {
  const [name] = values
  if (name?.known !== true) return
  if (declaring.has(name.text)) {
    for (const word of words.slice(1)) {
      const assignment = assignmentOf(word)
      if (assignment !== null) set(assignment.name, valueOf(assignment.value, scope), scope)
    }
  }
  if (name.text === 'read') for (const word of words.slice(1)) forget(plainText(word), '', scope)
}

/** What is assigned under a condition replaces nothing that was said before it: that is what holds without an argument. */
function set(name: string, value: Value, scope: Scope): void {
  if (around(scope).conditions > 0 && scope.variables.get(name)?.known === true) return
  scope.variables.set(name, value)
}

/** `by`: what gives it its value, in words before its name; '' where that is whoever runs the script. */
function forget(name: string | null, by: string, scope: Scope): void {
  if (name === null || !/^[A-Za-z_]\w*$/.test(name)) return
  const make = by === '' ? given : computed
  scope.variables.set(name, make(`${by}$${name}`, { line: 1, column: 1, length: 1 }))
}

function valueOf(word: Word, scope: Scope): Value {
  return joined(
    word.pieces.map((piece) => pieceValue(piece, scope)),
    word.at,
  )
}

function pieceValue(piece: Piece, scope: Scope): Value {
  switch (piece.is) {
    case 'text':
      return known(piece.text, piece.at)
    case 'variable':
      return variableValue(piece, scope)
    case 'output':
      return outputOf(piece.of, scope) ?? computed('the output of a command', piece.at)
    case 'other':
      return computed('something that a shell works out', piece.at)
    default:
      return unreachable(piece)
  }
}

function variableValue({ name, fallback, assigns, at }: Piece & { is: 'variable' }, scope: Scope): Value {
  const value = scope.variables.get(name)
  if (fallback !== null && value?.known !== true) {
    const instead = valueOf(fallback, scope)
    if (assigns) set(name, instead, scope)
    return instead
  }
  if (value !== undefined) return value.known ? value : { ...value, at }
  return given(`$${name}`, at, /^[A-Za-z_]/.test(name) ? name : null)
}

/** The output of a pipeline that makes or reads base64; null: not known without running it. */
function outputOf(commands: readonly Command[], scope: Scope): Value | null {
  let flow: Value | null = null
  for (const [index, { words, hereString, piped }] of commands.entries()) {
    if (piped !== index < commands.length - 1) return null
    const call = words.map((word) => valueOf(word, scope))
    const args = call.slice(1).map((arg) => (arg.known ? arg.text : null))
    const [name] = call
    const input: Value | null = hereString === null ? flow : withLineEnd(valueOf(hereString, scope))
    flow = name?.known === true ? filter(name.text, args, call.slice(1), input) : null
    if (flow === null) return null
  }
  // The shell takes line ends off the end of what it puts in place of the command.
  return flow === null || !flow.known ? flow : known(flow.text.replace(/\n+$/, ''), flow.at)
}

function filter(name: string, args: (string | null)[], values: Value[], input: Value | null): Value | null {
  switch (name.replace(/^.*\//, '')) {
    case 'echo': {
      const flags = values.findIndex((value) => !(value.known && /^-[neE]+$/.test(value.text)))
      const shown = spaced(flags < 0 ? [] : values.slice(flags))
      const bare = args.slice(0, Math.max(0, flags)).some((flag) => flag?.includes('n'))
      return shown === null || bare ? shown : withLineEnd(shown)
    }
    case 'printf':
      return printed(values[0], values.slice(1))
    case 'cat':
      return values.length === 0 ? input : null
    case 'tr':
      return args[0] === '-d' && /^(?:\\r|\\n|\n|\r)+$/.test(args[1] ?? '') ? withoutLineEnds(input) : null
    case 'base64':
      return input === null ? null : base64(args, input)
    case 'openssl':
      return input !== null && /^(?:base64|enc)$/.test(args[0] ?? '') ? base64(args, input) : null
    default:
      return null
  }
}

function printed(format: Value | undefined, others: readonly Value[]): Value | null {
  if (format?.known !== true) return null
  const [only, second] = others
  if (only === undefined) return /[%\\]/.test(format.text) ? null : format
  if (second !== undefined || !/^%s(?:\\n|\n)?$/.test(format.text)) return null
  return format.text === '%s' ? only : withLineEnd(only)
}

function base64(args: readonly (string | null)[], input: Value): Value {
  return args.some((arg) => /^(?:-d|-D|--decode)$/.test(arg ?? '')) ? decoded(input) : encoded(input)
}

function spaced(values: Value[]): Value | null {
  const [first, ...others] = values
  if (first === undefined) return null
  return joined([first, ...others.flatMap((value) => [known(' ', value.at), value])], first.at)
}

function withLineEnd(value: Value): Value {
  return value.known ? known(`${value.text}\n`, value.at) : value
}

function withoutLineEnds(value: Value | null): Value | null {
  return value?.known === true ? known(value.text.replace(/[\r\n]/g, ''), value.at) : value
}
