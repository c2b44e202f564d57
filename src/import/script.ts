/** Reads a launch script: its command lines as words with places, wrappers removed. It knows no program and runs nothing. */
import { wholeFile, type Spot } from './warnings.ts'

export type Dialect = 'shell' | 'powershell'

/** A word of a command: text, or something that only the script's caller, a run of it or a loop knows. */
export type Word = KnownWord | UnknownWord

export interface KnownWord {
  known: true
  text: string
  at: Spot
}

export interface UnknownWord extends Unknown {
  at: Spot
}

interface Unknown {
  known: false
  of: string
  knownTo: 'the caller' | 'a run' | 'a loop'
  /** The variable that the caller may set, where it is the whole word. */
  variable: string | null
  /** Literal text behind what is not known: `/bin/connectd` of `$HOME/bin/connectd`. */
  tail: string
}

export interface CommandLine {
  program: Word
  args: Word[]
  inLoop: boolean
  /** A backslash meant to continue the line that does not: the shell ends the command there. */
  broken: Spot | null
}

/** Text that seems to run the program, but is not read. */
export interface UnreadLine {
  at: Spot
  why: string
  /** The words behind the program, separated by blanks and quotes. */
  args: string[]
}

export interface Script {
  commands: CommandLine[]
  unread: UnreadLine[]
}

/** The lines that run a program which `isProgram` recognizes: each is read or named as unread, once. */
export function readScript(text: string, dialect: Dialect, isProgram: (word: Word) => boolean): Script {
  const script: Script = { commands: [], unread: [] }
  new Reader({ dialect, isProgram, script, variables: new Map() }, text, null, []).readAll()
  return script
}

/** To follow `comes from`. */
export function sourceWords({ of, knownTo }: UnknownWord): string {
  return `${of}, which only ${knownTo === 'the caller' ? 'the caller knows' : 'a run of the script tells'}`
}

export function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

const syntaxes = {
  shell: {
    blank: /(?:[^\S\r\n]|\\(?:\r\n|\n|\r))+|#[^\r\n]*/y,
    operator: /&&|\|\||;;|&(?!>)|[;|()\r\n]/y,
    redirection: /\d*(?:<<<|<<-?|&>>?|>>?[&|]?|<[&>]?)[ \t]*/y,
    assignment: /([A-Za-z_]\w*)\+?=/y,
    plain: /[^\s;&|<>()\\'"$`]+/y,
    escape: /\\(\r\n|[^]?)/y,
    single: /'([^']*)'/y,
    quoted: /[^"\\$`]+|\\(?:\r\n|[^])/y,
    variable: /\$(?:\{(?<braced>\w+)(?::?[-=](?<fallback>[^{}$`"'\\]*))?\}|(?<name>[A-Za-z_]\w*|[\d@*#?$!-]))/y,
    worksOut: 'something that a shell works out',
  },
  powershell: {
    blank: /(?:[^\S\r\n]|,|`(?:\r\n|\n|\r))+|<#(?:(?!#>)[^])*(?:#>)?|#[^\r\n]*/y,
    operator: /&&|\|\||[;&|(){}\r\n]/y,
    redirection: /[\d*]?>>?(?:&\d)?[ \t]*/y,
    assignment: /(?:\[[\w.[\]]{1,80}\][ \t]*)?\$(?:(?:script|global|local|env):)?(\w+)[ \t]*=(?!=)[ \t]*/iy,
    plain: /\[|[^\s;&|<>(){},'"$`[]+/y,
    escape: /`([^]?)/y,
    single: /'((?:[^']|''){0,10000})'/y,
    quoted: /[^"$`]+|`[^]/y,
    variable: /\$\{?(?:(?<scope>env|script|global|local):)?(?<name>\w+)\}?/iy,
    worksOut: 'something that PowerShell works out',
  },
} as const

const brokenContinuation = /\\[ \t]+(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/y
/** `$(...)`, `$((...))`, backticks, `${...}` and `$'...'`, as far as they are of ordinary size. */
const substitution =
  /\$\((?:[^()'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*"|\([^()]*\)){0,4000}\)|\$\{[^{}]{0,200}\}|\$'(?:[^'\\]|\\[^]){0,4000}'/y
const backticks = /`[^`]*`/y

/** The two ways to encode a literal or a variable that are followed. */
const base64 =
  /^((?:\$\(|`)\s*(?:echo(\s+-n)?|(printf)(?:\s+["']?%s["']?)?)\s+)(?:"[^"\\]*"|'[^'\\]*'|[^\s|"'`\\]+)\s*\|\s*base64(?:\s+(?:-w\s*|--wrap=)0)?(?:\s*\|\s*tr\s+-d\s+\S+)?\s*[)`]$/
const powerShellBase64 =
  /(\[(?:System\.)?Convert\]::ToBase64String\(\s*\[(?:System\.)?Text\.Encoding\]::\w+\.GetBytes\(\s*)(?:\$[\w:]+(?:\[\d+\])?|"[^"]*"|'[^']*')\s*\)\s*\)/iy

/** Programs that run another one, prompts copied along with a command, and when cron runs a line. */
const wrappers =
  /^(?:[$%]|@[a-z]+|[\d*/,-]+|(?:sudo|doas|su|runuser|nohup|exec|command|eval|env|nice|ionice|chrt|taskset|setsid|stdbuf|timeout|time|flock|start-stop-daemon|daemonize|daemon|unbuffer|screen|tmux|systemd-run|watch|xterm|gnome-terminal|konsole|(?:ba|da|a|z|k)?sh|busybox|cmd|start|powershell|pwsh|xargs)(?:\.exe)?)$/i

/** Programs that take the name of another one and do not run it. */
const inert =
  /^(?:echo|printf|cat|grep|egrep|fgrep|pgrep|pkill|pidof|killall|kill|ps|logger|which|type|test|\[\[?|ls|rm|cp|mv|ln|chmod|chown|install|wget|curl|tar|alias|usage:?|log|info|warn|die|write-(?:host|output|error)|get-process|stop-process)$/i

/** Programs that run what a pipe hands them, or run a command elsewhere. */
const runsInput = /^(?:(?:ba|da|a|z|k|s)?sh|at|batch|sudo|xargs|parallel|pwsh|powershell)$/i

const declares = /^(?:export|local|readonly|declare|typeset)$/
const keywords = /^(?:if|then|elif|elseif|else|fi|case|esac|while|until|for|foreach|do|done|function|!|\{|\}|time)$/i

/** No value is longer: `x=$x$x` again and again would fill memory. */
const longest = 10_000
/** Nor a command that another program gets as one word, since many lines may name the same. */
const longestCommand = 2_000

/** Text, or what stands for it: the value of a variable, or something unknown. */
type Part = string | KnownWord | Unknown

/** A word before its parts are joined. */
interface Pieces {
  raw: string
  parts: Part[]
  at: Spot
}

interface Statement {
  start: number
  words: Pieces[]
  sets: string | null
  broken: Spot | null
}

interface Shared {
  dialect: Dialect
  isProgram: (word: Word) => boolean
  script: Script
  variables: Map<string, KnownWord | Unknown>
}

class Reader {
  readonly #shared: Shared
  readonly #text: string
  readonly #isShell: boolean
  readonly #syntax: (typeof syntaxes)[Dialect]
  /** Where the text is written, if it is itself a word of a script. */
  readonly #place: Spot | null
  readonly #lineStarts: number[]
  /** Offsets of programs that are named as unread. */
  readonly #named = new Set<number>()
  #at = 0
  /** Whether each block around is a loop. */
  readonly #blocks: boolean[]
  #nextBlock = false

  constructor(shared: Shared, text: string, place: Spot | null, blocks: boolean[]) {
    this.#shared = shared
    this.#text = text
    this.#isShell = shared.dialect === 'shell'
    this.#syntax = syntaxes[shared.dialect]
    this.#place = place
    this.#blocks = blocks
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)]
  }

  readAll(): void {
    while (this.#at < this.#text.length) this.#statement()
  }

  #statement(): void {
    const statement: Statement = { start: this.#at, words: [], sets: null, broken: null }
    let operator = ''
    while (this.#at < this.#text.length && operator === '') {
      const from = this.#at
      if (this.#take(this.#syntax.blank) !== null) continue
      if (this.#isShell && this.#take(brokenContinuation) !== null) {
        statement.broken ??= this.#spot(from)
        continue
      }
      operator = this.#take(this.#syntax.operator)?.[0] ?? ''
      if (operator !== '') break
      if (this.#take(this.#syntax.redirection) === null) this.#next(statement)
      else if (/[^\s;&|<>()]/.test(this.#text.charAt(this.#at))) this.#pieces()
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
    if (words.every(({ raw }) => declares.test(raw))) {
      const name = this.#take(this.#syntax.assignment)?.[1]
      if (name !== undefined) {
        if (this.#isShell) this.#assign(name, this.#value())
        else statement.sets = name
        return
      }
    }
    const word = this.#pieces()
    if (words.length === 0 && keywords.test(word.raw)) this.#keyword(word.raw.toLowerCase())
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
    if (next === '(') return unknown('a list')
    return /^[\s;&|<>)]?$/.test(next) ? known('', this.#spot(this.#at)) : joined(this.#pieces())
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
    const prefix = this.#take(powerShellBase64)?.[1]
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
    const raw = (this.#take(substitution) ?? (this.#isShell ? this.#take(backticks) : null))?.[0]
    if (raw === undefined) return this.#character()
    const [, prefix, noLineEnd, printf] = (this.#isShell && base64.exec(raw)) || []
    if (prefix !== undefined) return this.#encoded(start + prefix.length, (noLineEnd ?? printf) ? '' : '\n')
    const isCommand = this.#isShell && /^(?:`|\$\((?!\())/.test(raw)
    const of = isCommand ? 'the output of a command' : this.#syntax.worksOut
    this.#name(raw, start, `it is in ${of}`)
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

  #finish({ start, words: pieces, sets, broken }: Statement, next: string): void {
    const words = pieces.map(joined)
    const [first] = words
    if (sets !== null) {
      const isValue = first !== undefined && words.length === 1 && next !== '('
      this.#assign(sets, isValue ? first : unknown(this.#syntax.worksOut))
    }
    if (first === undefined) return
    const raw = this.#text.slice(start, this.#at)
    const name = nameOf(first)
    if (/^start-process$/i.test(name)) {
      const started = this.#started(pieces.slice(1))
      if (started === null) this.#name(raw, start, 'Start-Process gets more than a program and one text of arguments')
      else this.#run(started, broken, raw, start)
    } else if (!inert.test(name)) this.#run(words, broken, raw, start)
    else if (next === '|' && runsInput.test(/^\s*([\w-]+)/.exec(this.#text.slice(this.#at, this.#at + 99))?.[1] ?? ''))
      this.#name(raw, start, 'it is piped to another program')
  }

  /** `Start-Process -FilePath X -ArgumentList "..."`; null: written in another way. */
  #started(pieces: readonly Pieces[]): Word[] | null {
    const harmless = /^(?:-(?:FilePath|ArgumentList|Args|NoNewWindow|Wait|PassThru|WindowStyle)|Hidden|Minimized)$/i
    const [program, list, more] = pieces.filter(({ raw }) => !harmless.test(raw))
    if (program === undefined || more !== undefined || !this.#shared.isProgram(joined(program))) return null
    if (list === undefined) return [joined(program)]
    return /^["']/.test(list.raw) ? [joined(program), ...splitAtBlanks(list)] : null
  }

  #run(words: Word[], broken: Spot | null, raw: string, start: number): void {
    const { isProgram, script } = this.#shared
    const [first] = words
    if (first === undefined) return
    const name = nameOf(first)
    const isWrapped = wrappers.test(name)
    const inLoop = name === 'watch' || this.#blocks.includes(true)
    const found = words.findIndex((word, index) => isProgram(word) && !isProgram(words[index + 1] ?? word))
    const program = words[found]
    if (program !== undefined && (found === 0 || isWrapped)) {
      const each = words.find((word) => !word.known && word.knownTo === 'a loop')
      if (each?.known === false) this.#name(raw, start, `it is run once for each value of ${each.of}`)
      else script.commands.push({ program, args: words.slice(found + 1), inLoop, broken })
      return
    }
    const before = script.commands.length + script.unread.length
    for (const word of isWrapped && this.#place === null ? words.slice(1) : []) {
      if (word.known && /\s/.test(word.text) && word.text.length < longestCommand)
        new Reader(this.#shared, word.text, word.at, [inLoop]).readAll()
    }
    // Any other word may be a secret.
    const isShown = /^[a-z]/i.test(name) && (isWrapped || runsInput.test(name))
    if (script.commands.length + script.unread.length === before)
      this.#name(raw, start, `it is run by ${isShown ? name : 'another program'}`)
  }

  /** Says that a text which seems to run the program is not read. */
  #name(raw: string, start: number, why: string): void {
    const words = [...raw.matchAll(/[^\s"'`(){}[\];|&<>,=]+/g)]
    const runs = words.flatMap(({ 0: text }, index) => {
      const [next = ''] = words[index + 1] ?? []
      return /^[-$]/.test(next) && this.#shared.isProgram(known(text, wholeFile)) ? [index] : []
    })
    for (const [count, index] of runs.entries()) {
      const { 0: text = '', index: offset = 0 } = words[index] ?? {}
      const from = start + offset
      if (this.#named.has(from)) continue
      this.#named.add(from)
      const args = words.slice(index + 1, runs[count + 1]).map(([arg]) => arg)
      this.#shared.script.unread.push({ at: this.#spot(from, from + text.length), why, args })
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

function known(text: string, at: Spot): KnownWord {
  return { known: true, text, at }
}

/** `variable`: where the caller gives it; without one it is made by the script, in a way that is not followed here. */
function unknown(of: string, knownTo: Unknown['knownTo'] = 'a run', variable: string | null = null): Unknown {
  return { known: false, of, knownTo, variable, tail: '' }
}

/** The value of a variable alone keeps its own place, so that an error is shown where it was written. */
function joined({ parts: all, at }: Pick<Pieces, 'parts' | 'at'>): Word {
  const parts = all.filter((part) => part !== '')
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object' && only.known) return only
  const missing = parts.findLastIndex((part) => typeof part === 'object' && !part.known)
  const text = parts
    .slice(missing + 1)
    .map((part) => (typeof part === 'string' ? part : part.known ? part.text : ''))
    .join('')
  if (text.length > longest) return { ...unknown('a text that is too long'), at }
  const part = parts[missing]
  if (typeof part !== 'object' || part.known) return known(text, at)
  return { ...part, variable: parts.length === 1 ? part.variable : null, tail: part.tail + text, at }
}

function nameOf(word: Word): string {
  return (word.known ? word.text : word.tail).slice(-200).replace(/^.*[/\\]/s, '')
}

function splitAtBlanks({ parts, at }: Pieces): Word[] {
  const words: Part[][] = [[]]
  for (const part of parts) {
    const [head = '', ...others] = typeof part === 'object' && !part.known ? [part] : textOf(part).split(/\s+/)
    words.at(-1)?.push(head)
    words.push(...others.map((text) => [text]))
  }
  return words.filter((word) => word.some((part) => part !== '')).map((word) => joined({ parts: word, at }))
}

function textOf(part: string | KnownWord): string {
  return typeof part === 'string' ? part : part.text
}
