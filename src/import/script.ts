/** Reads a launch script: its command lines as words with places, wrappers removed. It knows no program and runs nothing. */
import * as grammar from './script-syntax.ts'
import {
  isInert,
  joined,
  known,
  nameOf,
  splitAtBlanks,
  toBase64,
  unknown,
  sourceWords,
  type KnownWord,
  type Part,
  type Pieces,
  type Unknown,
  type Word,
} from './script-words.ts'
import { wholeFile, type Spot } from './warnings.ts'

export interface CommandLine {
  program: Word
  args: Word[]
  inLoop: boolean
  /** A backslash meant to continue the line that does not: the shell ends the command there. */
  broken: Spot | null
}

/** `next`: the text behind it, where nothing more is known of the line than its words. */
export type IsProgram = (word: Word, next?: string) => boolean

/** Text that names the program, but is not read. */
export interface UnreadLine {
  at: Spot
  why: string
  /** The words behind the program on its line, separated by blanks, quotes and brackets. */
  args: string[]
}

export interface Script {
  commands: CommandLine[]
  unread: UnreadLine[]
}

/**
 * The lines that run a program which `isProgram` recognizes. Each is read or named as unread: whatever the reader makes
 * of a text, at its end every place that names the program, and is not accounted for, is unread.
 */
export function readScript(text: string, dialect: grammar.Dialect, isProgram: IsProgram): Script {
  const script: Script = { commands: [], unread: [] }
  new Reader({ dialect, isProgram, script, variables: new Map() }, text, null, []).readAll()
  return script
}

/** A command that another program gets as one word is no longer, since many lines may name the same. */
const longestCommand = 2_000

interface Statement {
  start: number
  words: Pieces[]
  sets: string | null
  /** What it prints goes into a file. */
  writes: boolean
  broken: Spot | null
}

interface Shared {
  dialect: grammar.Dialect
  isProgram: IsProgram
  script: Script
  variables: Map<string, KnownWord | Unknown>
}

class Reader {
  readonly #shared: Shared
  readonly #text: string
  readonly #isShell: boolean
  readonly #syntax: (typeof grammar.syntaxes)[grammar.Dialect]
  /** Where the text is written, if it is itself a word of a script. */
  readonly #place: Spot | null
  readonly #lineStarts: number[]
  /** For each character why the program in it is not read, where that is known; '' where it is read, or not run. */
  readonly #why: (string | undefined)[]
  #at = 0
  /** Whether each block around is a loop. */
  readonly #blocks: boolean[]
  #nextBlock = false

  constructor(shared: Shared, text: string, place: Spot | null, blocks: boolean[]) {
    this.#shared = shared
    this.#text = text
    this.#isShell = shared.dialect === 'shell'
    this.#syntax = grammar.syntaxes[shared.dialect]
    this.#why = Array.from({ length: text.length })
    this.#place = place
    this.#blocks = blocks
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)]
  }

  readAll(): void {
    while (this.#at < this.#text.length) this.#statement()
    this.#nameUnread()
  }

  #statement(): void {
    const statement: Statement = { start: this.#at, words: [], sets: null, writes: false, broken: null }
    let operator = ''
    while (this.#at < this.#text.length && operator === '') {
      const from = this.#at
      const blank = this.#take(this.#syntax.blank)?.[0]
      if (blank !== undefined) {
        if (/^<?#/.test(blank)) this.#cover(from, '')
        continue
      }
      if (this.#isShell && this.#take(grammar.brokenContinuation) !== null) {
        statement.broken ??= this.#spot(from)
        continue
      }
      operator = this.#take(this.#syntax.operator)?.[0] ?? ''
      if (operator !== '') break
      const redirection = this.#take(this.#syntax.redirection)?.[0]
      if (redirection === undefined) this.#next(statement)
      else if (/[^\s;&|<>()]/.test(this.#text.charAt(this.#at))) {
        const { raw } = this.#pieces()
        if (/>[>|]?\s*$/.test(redirection) && grammar.isFile.test(raw)) statement.writes = true
      }
    }
    this.#finish(statement, operator)
    if (this.#isShell) return
    if (operator === '}') this.#blocks.pop()
    if (operator !== '{') return
    this.#blocks.push(this.#nextBlock)
    this.#nextBlock = false
  }

  #next(statement: Statement): void {
    const { words } = statement
    if (words.every(({ raw }) => grammar.declares.test(raw))) {
      const name = this.#take(this.#syntax.assignment)?.[1]
      if (name !== undefined) {
        if (this.#isShell) this.#assign(name, this.#value())
        else statement.sets = name
        return
      }
    }
    const word = this.#pieces()
    if (words.length === 0 && grammar.keywords.test(word.raw)) this.#keyword(word.raw.toLowerCase())
    else words.push(word)
  }

  #keyword(word: string): void {
    const isLoop = /^(?:while|until)$/.test(word)
    const isFor = word.startsWith('for')
    if (!this.#isShell) this.#nextBlock = isLoop || word === 'do'
    else if (word === 'done') this.#blocks.pop()
    else if (isLoop || isFor) this.#blocks.push(isLoop)
    const name = /^[ \t]*\(?[ \t]*\$?([A-Za-z_]\w*)/.exec(this.#text.slice(this.#at, this.#at + 99))?.[1]
    if (isFor && name !== undefined) this.#shared.variables.set(this.#key(name), unknown(`$${name}`, 'a loop'))
  }

  #value(): Word | Unknown {
    const next = this.#text.charAt(this.#at)
    if (next === '(') return this.#list()
    return /^[\s;&|<>)]?$/.test(next) ? known('', this.#spot(this.#at)) : joined(this.#pieces())
  }

  /** `x=(...)`, over several lines: each of its words, as if they were called. */
  #list(): Unknown {
    const start = this.#at++
    const words: Word[] = []
    while (this.#at < this.#text.length && this.#text.charAt(this.#at) !== ')') {
      if (this.#take(this.#syntax.blank) === null && this.#take(/[\r\n]+/y) === null) words.push(joined(this.#pieces()))
    }
    this.#cover(start, 'it is in a list')
    if (this.#at < this.#text.length) this.#run(words, null, start)
    else this.#at = start
    return unknown('a list')
  }

  /** No condition is followed: a literal is what counts where the caller gives nothing, and two of them are a choice. */
  #assign(name: string, value: Word | Unknown): void {
    const { variables } = this.#shared
    const before = variables.get(this.#key(name))
    if (before === undefined || (!before.known && before.knownTo === 'the caller')) {
      variables.set(this.#key(name), value)
    } else if (value.known ? before.known && before.text !== value.text : value.knownTo !== 'the caller') {
      variables.set(this.#key(name), unknown(`$${name}`))
    }
  }

  #key(name: string): string {
    return this.#isShell ? name : name.toLowerCase()
  }

  #pieces(): Pieces {
    const start = this.#at
    const parts: Part[] = []
    for (let from = -1; from < this.#at && this.#at < this.#text.length;) {
      from = this.#at
      parts.push(...this.#part(from === start))
    }
    // Nothing fits: one character is taken as it is, so that every round makes a step.
    if (this.#at === start) parts.push(this.#character())
    return { raw: this.#text.slice(start, this.#at), parts, at: this.#spot(start, this.#at) }
  }

  /** Moves on only if the word continues. */
  #part(isFirst: boolean): Part[] {
    const character = this.#text.charAt(this.#at)
    if (isFirst && character === '[' && !this.#isShell) return [this.#type()]
    const text = this.#take(this.#syntax.plain)?.[0]
    if (text !== undefined) return [text]
    if (character === '$' || (this.#isShell && character === '`')) return [this.#dollar(true)]
    if (character === '"') return this.#doubleQuoted()
    if (character === "'") {
      const literal = this.#take(this.#syntax.single)?.[1] ?? this.#character()
      return [this.#isShell ? literal : literal.replaceAll("''", "'")]
    }
    const escaped = this.#take(this.#syntax.escape)?.[1] ?? ''
    return [/[\r\n]/.test(escaped) ? '' : escaped]
  }

  /** A quote that never closes is a character, so that the lines below it are read. */
  #character(): string {
    this.#at += 1
    return this.#text.charAt(this.#at - 1)
  }

  #doubleQuoted(): Part[] {
    const start = this.#at++
    const inner: Part[] = []
    while (this.#text.charAt(this.#at) !== '"') {
      if (this.#at >= this.#text.length) {
        this.#at = start
        return [this.#character()]
      }
      const text = this.#take(this.#syntax.quoted)?.[0]
      if (text === undefined) inner.push(this.#dollar(false))
      else if (!this.#isShell || !/^\\[\r\n]/.test(text)) {
        inner.push((this.#isShell ? /^\\[$`"\\]/ : /^`/).test(text) ? text.slice(1) : text)
      }
    }
    this.#at += 1
    return inner
  }

  /** PowerShell: the encoding of a value; no other type or call is followed. */
  #type(): Part {
    const start = this.#at
    const prefix = this.#take(grammar.powerShellBase64)?.[1]
    if (prefix !== undefined) return this.#encoded(start + prefix.length, '')
    return this.#take(/\[[\w.[\]]{1,80}\](?:::\w+)?/y) === null ? this.#character() : unknown(this.#syntax.worksOut)
  }

  /** The base64 text of the word at an offset in what was just taken. */
  #encoded(from: number, lineEnd: string): Part {
    const end = this.#at
    this.#at = from
    const word = joined(this.#pieces())
    this.#at = end
    return word.known ? toBase64(word.text + lineEnd) : word
  }

  /** What begins with a dollar sign or a backtick. `bare`: outside of quotes. */
  #dollar(bare: boolean): Part {
    const start = this.#at
    const variable = this.#variable(bare)
    if (variable !== null) return variable
    const raw = (this.#take(grammar.substitution) ?? (this.#isShell ? this.#take(grammar.backticks) : null))?.[0]
    if (raw === undefined) return this.#character()
    const [, prefix, noLineEnd, printf] = (this.#isShell && grammar.base64.exec(raw)) || []
    if (prefix !== undefined) return this.#encoded(start + prefix.length, (noLineEnd ?? printf) ? '' : '\n')
    const found = this.#isShell ? grammar.lookup.exec(raw)?.[1] : undefined
    if (found !== undefined) return found
    const isCommand = this.#isShell && /^(?:`|\$\((?!\())/.test(raw)
    const of = isCommand ? 'the output of a command' : this.#syntax.worksOut
    for (const { 0: text, index } of raw.matchAll(/[^|;&`$()\r\n]+/g)) {
      const words = text
        .trim()
        .split(/\s+/, 2)
        .map((word) => known(word, wholeFile))
      const end = index + text.length
      const isText =
        grammar.prints.test(text.trim().split(/\s/, 1)[0] ?? '') &&
        (text.includes('>') || grammar.readsOutput.test(raw.slice(end, end + 2100)))
      if (isInert(words) && !isText) this.#cover(start + index, '', start + end)
    }
    this.#cover(start, `it is in ${of}`)
    return unknown(of)
  }

  #variable(bare: boolean): Part | null {
    const start = this.#at
    const { braced, name = braced, scope = '', fallback } = this.#take(this.#syntax.variable)?.groups ?? {}
    if (name === undefined) return null
    const isMember = bare && !this.#isShell && this.#take(/\[[^\]\r\n]{1,80}\]|(?:\.\w+)+/y) !== null
    if (isMember && !/^args$/i.test(name)) return unknown(this.#syntax.worksOut)
    const value = this.#shared.variables.get(this.#key(name))
    if (value?.known === true || (value !== undefined && fallback === undefined)) return value
    if (fallback !== undefined) return fallback
    const shown = this.#isShell ? `$${name}` : this.#text.slice(start, this.#at)
    if (/^[#?$!-]$/.test(name)) return unknown(shown)
    const ofEnvironment = this.#isShell ? /^[A-Za-z_]/.test(name) : /^env$/i.test(scope)
    return unknown(shown, 'the caller', ofEnvironment ? name : null)
  }

  #finish({ start, words: pieces, sets, writes, broken }: Statement, next: string): void {
    const isSplit = (raw: string): boolean => this.#isShell && /^\$(?:\w+|\{\w+\})$/.test(raw)
    const words = pieces.flatMap((piece) => (isSplit(piece.raw) ? splitAtBlanks(piece) : [joined(piece)]))
    const [first] = words
    if (sets !== null) {
      const isValue = first !== undefined && words.length === 1 && next !== '('
      this.#assign(sets, isValue ? first : unknown(this.#syntax.worksOut))
    }
    if (first === undefined) return
    const name = nameOf(first)
    if (/^start-process$/i.test(name)) {
      const started = this.#started(pieces.slice(1))
      if (started === null) this.#cover(start, 'Start-Process gets more than a program and one text of arguments')
      else this.#run(started, broken, start)
    } else if (!isInert(words)) this.#run(words, broken, start)
    else {
      const after = this.#text.slice(this.#at - next.length, this.#at + 2100)
      const isText = grammar.prints.test(name) && (writes || grammar.readsOutput.test(after))
      this.#cover(start, isText ? 'it is text for a file or another program' : '')
    }
  }

  /** `Start-Process -FilePath X -ArgumentList "..."`; null: written in another way. */
  #started(pieces: readonly Pieces[]): Word[] | null {
    const harmless = /^(?:-(?:FilePath|ArgumentList|Args|NoNewWindow|Wait|PassThru|WindowStyle)|Hidden|Minimized)$/i
    const [program, list, more] = pieces.filter(({ raw }) => !harmless.test(raw))
    if (program === undefined || more !== undefined || !this.#shared.isProgram(joined(program))) return null
    if (list === undefined) return [joined(program)]
    return /^["']/.test(list.raw) ? [joined(program), ...splitAtBlanks(list)] : null
  }

  #run(words: Word[], broken: Spot | null, start: number): void {
    const { isProgram, script } = this.#shared
    const [first] = words
    if (first === undefined) return
    const name = nameOf(first)
    const isWrapped = grammar.wrappers.test(name)
    const inLoop = name === 'watch' || this.#blocks.includes(true)
    const found = words.findIndex((word, index) => {
      const next = words[index + 1]
      return isProgram(word) && (next === undefined ? index === 0 : !isProgram(next))
    })
    const program = words[found]
    if (program !== undefined && (found === 0 || isWrapped)) {
      const each = words.find((word) => !word.known && word.knownTo === 'a loop')
      if (each?.known === false) this.#cover(start, `it is run once for each value of ${each.of}`)
      else {
        script.commands.push({ program, args: words.slice(found + 1), inLoop, broken })
        this.#read(start, words)
      }
      return
    }
    const before = script.commands.length + script.unread.length
    for (const word of isWrapped && this.#place === null ? words.slice(1) : []) {
      if (word.known && /\s/.test(word.text) && word.text.length < longestCommand)
        new Reader(this.#shared, word.text, word.at, [inLoop]).readAll()
    }
    if (script.commands.length + script.unread.length > before) this.#read(start, words)
    // Any other word may be a secret.
    const isShown = /^[a-z]/i.test(name) && (isWrapped || grammar.runsInput.test(name))
    const by = first.known ? 'another program' : sourceWords(first)
    this.#cover(start, `it is run by ${isShown ? name : by}`)
  }

  /** Accounts for a statement, and for the values of variables in it. */
  #read(start: number, words: readonly Word[]): void {
    this.#why.fill('', start, this.#at)
    for (const { at } of this.#place === null ? words : []) {
      const from = (this.#lineStarts[at.line - 1] ?? 0) + at.column - 1
      this.#why.fill('', from, from + at.length)
    }
  }

  /** From an offset up to here, but for what is accounted for already. */
  #cover(start: number, why: string, end = this.#at): void {
    for (let at = start; at < end; at += 1) this.#why[at] ??= why
  }

  /** Names every place where the program is, and that is not accounted for. */
  #nameUnread(): void {
    const { isProgram, script } = this.#shared
    const words = [...this.#text.matchAll(/[^\s"'`(){}[\];|&<>,=]+/g)]
    const found = words.flatMap(({ 0: text, index: at }, index) => {
      const next = words[index + 1]?.[0] ?? ''
      const isRun = this.#why[at] !== undefined || /^(?:[-$]|T\d)/.test(next)
      return this.#why[at] !== '' && isRun && isProgram(known(text, wholeFile), next) ? [index] : []
    })
    const lineEnd = /(?<!\\)[\r\n]|$/g
    let end = -1
    for (const [count, index] of found.entries()) {
      const { 0: text = '', index: from = 0 } = words[index] ?? {}
      if (from > end) {
        lineEnd.lastIndex = from
        end = lineEnd.exec(this.#text)?.index ?? from
      }
      const args = words.slice(index + 1, found[count + 1]).filter((word) => word.index < end)
      const why = this.#why[from] ?? 'it is the value of a variable that is used in another way'
      script.unread.push({ at: this.#spot(from, from + text.length), why, args: args.map(([arg]) => arg) })
    }
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match !== null) this.#at += match[0].length
    return match
  }

  #spot(from: number, to = from): Spot {
    if (this.#place !== null) return this.#place
    let [low, high] = [0, this.#lineStarts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? 0) <= from) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: from - (this.#lineStarts[low] ?? 0) + 1, length: Math.max(1, to - from) }
  }
}
