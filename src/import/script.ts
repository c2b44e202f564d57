/** Reads a launch script: its command lines as words with places, wrappers removed. It knows no program and runs nothing. */
import { decodeBase64 } from '../connectd/values.ts'
import { linesOf, type Spot } from './warnings.ts'

export type Dialect = 'shell' | 'powershell'

/** What a word comes to: text, or something that only the script's caller or a run of it can tell. */
export type Word = KnownWord | UnknownWord

export interface KnownWord {
  known: true
  text: string
  at: Spot
}

export interface UnknownWord {
  known: false
  /** What it comes from, as people see it: `$1`. */
  of: string
  knownTo: 'the caller' | 'a run'
  /** The variable that the caller may set, where it is the whole word. */
  variable: string | null
  /** Literal text behind what is not known: `/bin/connectd` of `$HOME/bin/connectd`. */
  tail: string
  at: Spot
}

export interface CommandLine {
  /** The program and its arguments. */
  words: Word[]
  at: Spot
  /** Started again and again. */
  inLoop: boolean
  /** Backslashes that were to continue the line and do not: the shell ends the command there. */
  broken: Spot[]
}

/** Text that seems to run the program, but is not read. */
export interface UnreadLine {
  at: Spot
  why: string
  /** The words behind the program, as far as blanks and quotes separate them. */
  args: string[]
}

export interface Script {
  commands: CommandLine[]
  unread: UnreadLine[]
}

/** The lines that run a program which `isProgram` recognizes, in order. */
export function readScript(text: string, dialect: Dialect, isProgram: (word: Word) => boolean): Script {
  const script: Script = { commands: [], unread: [] }
  new ScriptReader(text, dialect, isProgram, script).readAll()
  // What stands within a line that is not read may have been read on its own, or named with a better reason.
  const seen = new Set(script.commands.map(({ at }) => placeKey(at)))
  const unread = script.unread.filter(({ at }) => !seen.has(placeKey(at)) && seen.add(placeKey(at)))
  return { commands: script.commands, unread }
}

function placeKey({ line, column }: Spot): string {
  return `${line}:${column}`
}

/** To follow `comes from`. */
export function sourceWords({ of, knownTo }: UnknownWord): string {
  return `${of}, which only ${knownTo === 'the caller' ? 'the caller knows' : 'a run of the script tells'}`
}

export function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

/** Programs that run another one, which is named behind them or in one of their arguments. */
const wrappers = new RegExp(
  `^(?:${[
    'sudo doas su runuser nohup exec command eval env nice ionice chrt taskset setsid stdbuf timeout time flock',
    'start-stop-daemon daemonize daemon unbuffer screen tmux systemd-run watch xterm gnome-terminal konsole',
    'sh bash dash ash zsh ksh busybox cmd start powershell pwsh start-process xargs',
  ]
    .join(' ')
    .replaceAll(' ', '|')})(?:\\.exe)?$`,
  'i',
)

/** Prompts copied along with a command line, and when cron runs a line. */
const prefix = /^(?:[$%]|@(?:reboot|hourly|daily|midnight|weekly|monthly|annually|yearly)|[\d*/,-]+)$/

/** Programs that take the name of another one and do not run it. */
const inert =
  /^(?:echo|printf|cat|grep|egrep|fgrep|pgrep|pkill|pidof|killall|kill|ps|logger|which|type|test|\[\[?|ls|rm|cp|mv|ln|chmod|chown|install|wget|curl|tar|alias|usage|log|info|warn|die|write-(?:host|output|error)|get-process|stop-process)$/i

/** Shells and schedulers that run what a pipe hands them. */
const runsInput = /^(?:sh|bash|dash|ash|zsh|ksh|at|batch|ssh|sudo|xargs|parallel|pwsh|powershell)$/i

const declares = /^(?:export|local|readonly|declare|typeset)$/
const keywords = /^(?:if|then|elif|elseif|else|fi|case|esac|while|until|for|foreach|do|done|function|!|\{|\}|time)$/

type Block = 'condition' | 'loop' | 'other'

const blockOf: Record<string, Block> = {
  if: 'condition',
  case: 'condition',
  else: 'condition',
  elseif: 'condition',
  while: 'loop',
  until: 'loop',
  do: 'loop',
  for: 'other',
  foreach: 'other',
}

/** A word before it is put together. */
interface Pieces {
  raw: string
  parts: Word[]
  at: Spot
}

interface Statement {
  start: number
  /** The operator before it. */
  after: string
  words: Pieces[]
  /** The text of `<<<`. */
  input: Word | null
  /** PowerShell: the variable that its result is for. */
  sets: string | null
  broken: Spot[]
}

interface Outer {
  variables: Map<string, Word>
  place: Spot | null
  depth: number
  budget: { left: number }
}

/** No value is longer: `x=$x$x` again and again would fill memory. */
const longest = 100_000
const deepest = 8

class ScriptReader {
  readonly #text: string
  readonly #isShell: boolean
  readonly #dialect: Dialect
  readonly #isProgram: (word: Word) => boolean
  readonly #script: Script
  readonly #variables: Map<string, Word>
  /** Where the text stands, if it is itself a word of a script. */
  readonly #place: Spot | null
  /** How much text that variables and nested shells hold may still be read: a few lines can stand for gigabytes. */
  readonly #budget: { left: number }
  readonly #lineStarts: number[]
  #lastLineOf: Map<string, number> | null = null
  #at = 0
  #end: number
  #depth: number
  #blocks: Block[] = []
  #nextBlock: Block = 'other'
  #hereDocuments: string[] = []
  #broken: Spot[] = []

  constructor(
    text: string,
    dialect: Dialect,
    isProgram: (word: Word) => boolean,
    script: Script,
    outer: Outer = { variables: new Map(), place: null, depth: 0, budget: { left: 1_000_000 } },
  ) {
    this.#text = text
    this.#dialect = dialect
    this.#isShell = dialect === 'shell'
    this.#isProgram = isProgram
    this.#script = script
    this.#variables = outer.variables
    this.#place = outer.place
    this.#depth = outer.depth
    this.#budget = outer.budget
    this.#end = text.length
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)]
  }

  readAll(): void {
    this.#statements(0, this.#text.length)
  }

  /** All statements of a part of the text. What they run is noted on the way. */
  #statements(from: number, to: number): Statement[] {
    const outer = [this.#at, this.#end, this.#blocks] as const
    this.#blocks = [...this.#blocks]
    this.#depth += 1
    ;[this.#at, this.#end] = [from, to]
    const statements: Statement[] = []
    let current = this.#begin('')
    const close = (operator: string): void => {
      if (current.words.length > 0) statements.push(current)
      this.#finish(current, operator)
      if (/[\r\n]/.test(operator)) this.#skipHereDocuments(this.#text.slice(current.start, this.#at))
      current = this.#begin(operator)
    }
    while (this.#at < this.#end) {
      if (this.#skip(this.#isShell ? /[^\S\r\n]+/y : /(?:[^\S\r\n]|,|\)|@\()+/y) || this.#continuation()) continue
      if (this.#skip(this.#isShell ? /#[^\r\n]*/y : /#[^\r\n]*|<#(?:(?!#>)[^])*(?:#>)?/y)) continue
      const operator = this.#take(this.#isShell ? /&&|\|\||;;|&(?!>)|[;|()\r\n]/y : /&&|\|\||[;&|{}\r\n]/y)?.[0]
      if (operator !== undefined) {
        if (!this.#isShell) this.#brace(operator)
        close(operator)
      } else if (!this.#isShell && this.#text.charAt(this.#at) === '(') this.#group(current)
      else if (!this.#redirection(current)) this.#word(current)
    }
    close('')
    this.#depth -= 1
    ;[this.#at, this.#end, this.#blocks] = outer
    return statements
  }

  #begin(after: string): Statement {
    this.#broken = []
    return { start: this.#at, after, words: [], input: null, sets: null, broken: this.#broken }
  }

  #brace(operator: string): void {
    if (operator === '}') this.#blocks.pop()
    if (operator !== '{') return
    this.#blocks.push(this.#nextBlock)
    this.#nextBlock = 'other'
  }

  /** PowerShell's brackets: around a command, or a value that is not followed. */
  #group({ words, sets }: Statement): void {
    if (words.length === 0 && sets === null) this.#at += 1
    else words.push(piecesOf(this.#bracketed(this.#at, this.#at + 1, '(', ')')))
  }

  #redirection(statement: Statement): boolean {
    const operator = this.#isShell
      ? this.#take(/\d*(?:<<<|<<-?|&>>?|[<>]\(|>>?[&|]?|<[&>]?)/y)?.[0]
      : this.#take(/[\d*]?>>?(?:&\d)?/y)?.[0]
    if (operator === undefined) return false
    if (operator.endsWith('(')) {
      statement.words.push(piecesOf(this.#substitution(this.#at - 2, ')')))
      return true
    }
    this.#skip(/[ \t]+/y)
    if (/^[^\s;&|<>()]/.test(this.#text.charAt(this.#at))) {
      const target = this.#pieces()
      if (operator.endsWith('<<<')) statement.input = put(target)
      else if (operator.includes('<<')) this.#hereDocuments.push(target.raw.replace(/["'\\]/g, ''))
    }
    return true
  }

  /** `statement`: the last one on the line. What `cat` only prints is nothing to run. */
  #skipHereDocuments(statement: string): void {
    for (const end of this.#hereDocuments.splice(0)) {
      this.#lastLineOf ??= new Map(linesOf(this.#text).map((line, index) => [line.trim(), index]))
      const first = this.#lineIndex(this.#at)
      // One that never ends is a sign that this is none.
      const last = this.#lastLineOf.get(end)
      if (last === undefined || last < first) continue
      for (let line = first; ; line += 1) {
        const from = this.#lineStarts[line] ?? this.#end
        this.#at = Math.min(this.#lineStarts[line + 1] ?? this.#end, this.#end)
        const content = this.#text.slice(from, this.#at)
        if (content.trim() === end || this.#at >= this.#end) break
        if (!/^\s*cat\b[^>]*$/.test(statement)) this.#name(content, from, 'it stands in a here-document')
      }
    }
  }

  /** One word, an assignment or a keyword. */
  #word(statement: Statement): void {
    const { words } = statement
    const [first] = words
    if (first === undefined || declares.test(first.raw)) {
      const name = this.#isShell
        ? this.#take(/([A-Za-z_]\w*)\+?=/y)?.[1]
        : this.#take(/(?:\[[\w.[\]]{1,80}\][ \t]*)?\$(?:(?:script|global|local|env):)?(\w+)[ \t]*=(?!=)/iy)?.[1]
      if (name !== undefined && this.#isShell) {
        this.#assign(name, this.#value(), statement.after)
        return
      }
      if (name !== undefined) {
        statement.sets = name
        return
      }
    }
    const word = this.#pieces()
    if (first === undefined && keywords.test(word.raw)) this.#keyword(word.raw.toLowerCase())
    else words.push(...this.#fields(word))
  }

  /** The shell splits the text of a variable that stands outside of quotes. */
  #fields(word: Pieces): Pieces[] {
    const [only, second] = word.parts
    const isSplit = this.#isShell && second === undefined && /^\$[{\w]/.test(word.raw)
    if (!isSplit || only?.known !== true || !/\s/.test(only.text) || !this.#spend(only.text)) return [word]
    return only.text.split(/\s+/).flatMap((text) => (text === '' ? [] : [{ ...word, parts: [known(text, only.at)] }]))
  }

  #spend({ length }: string): boolean {
    this.#budget.left -= length
    return this.#budget.left >= 0
  }

  #value(): Word {
    const at = this.#spot(this.#at, this.#at)
    if (this.#text.charAt(this.#at) === '(')
      return this.#skipped(this.#at, this.#closing(this.#at + 1, '(', ')'), 'a list')
    return /^[\s;&|<>()]?$/.test(this.#text.charAt(this.#at)) ? known('', at) : put(this.#pieces())
  }

  #keyword(word: string): void {
    const block = blockOf[word]
    if (!this.#isShell) this.#nextBlock = block ?? 'other'
    else if (/^(?:fi|esac|done)$/.test(word)) this.#blocks.pop()
    else if (block !== undefined && !/^(?:do|else)$/.test(word)) this.#blocks.push(block)
    const variable = /^for(?:each)?$/.test(word) ? this.#ahead(/[ \t]*\(?[ \t]*\$?([A-Za-z_]\w*)/y)?.[1] : undefined
    if (variable !== undefined)
      this.#set(variable, computed(`the loop over $${variable}`, this.#spot(this.#at, this.#at)))
  }

  /** Under a condition: a literal is what is used where the caller gives nothing, and two of them are a choice. */
  #assign(name: string, value: Word, after: string): void {
    const before = this.#get(name)
    const isConditional = after === '&&' || after === '||' || this.#blocks.includes('condition')
    if (!isConditional || before === undefined || (!before.known && before.knownTo === 'the caller')) {
      this.#set(name, value)
    } else if (value.known && !(before.known && before.text === value.text)) {
      this.#set(name, computed(`$${name}`, value.at))
    }
  }

  #get(name: string): Word | undefined {
    return this.#variables.get(this.#isShell ? name : name.toLowerCase())
  }

  #set(name: string, value: Word): void {
    this.#variables.set(this.#isShell ? name : name.toLowerCase(), value)
  }

  #pieces(): Pieces {
    const start = this.#at
    const parts: Word[] = []
    while (this.#at < this.#end) {
      const from = this.#at
      if (this.#continuation() || this.#part(parts, start)) continue
      if (this.#at === from) break
    }
    // Nothing fits: what stands here is taken as it is, so that every round makes a step.
    if (this.#at === start) parts.push(known(this.#text.charAt(this.#at++), this.#spot(start, start + 1)))
    const raw = this.#text.slice(start, this.#at)
    return { raw, parts, at: this.#spot(start, this.#at) }
  }

  /** False: the word ends here. */
  #part(parts: Word[], wordStart: number): boolean {
    const start = this.#at
    const character = this.#text.charAt(start)
    if (character === (this.#isShell ? '\\' : '`')) {
      this.#at += 2
      parts.push(known(this.#text.slice(start + 1, this.#at), this.#spot(start, this.#at)))
    } else if (character === '"') this.#doubleQuoted(parts, this.#isShell ? '\\' : '`')
    else if (character === "'") this.#literal(parts, start + 1)
    else if (character === '`') parts.push(this.#substitution(start - 1, '`'))
    else if (this.#isShell && this.#text.startsWith("$'", start))
      parts.push(this.#skipped(start, this.#closing(start + 2, '', "'"), "$'...'"))
    else if (character === '$') parts.push(this.#dollar(true))
    else if (!this.#isShell && character === '[' && start === wordStart) {
      this.#at = Math.min(this.#closing(start + 1, '[', ']') + 1, this.#end)
      // `[int]$x` is `$x`.
      if (this.#take(/::\w+\(/y) !== null) parts.push(this.#call(start))
    } else return this.#plain(parts, this.#isShell ? /[^\s;&|<>()\\'"$`]+/y : /\[|[^\s;&|<>(){},'"$`[]+/y)
    return true
  }

  #plain(parts: Word[], pattern: RegExp): boolean {
    const start = this.#at
    const text = this.#take(pattern)?.[0]
    if (text === undefined) return false
    parts.push(known(text, this.#spot(start, this.#at)))
    return true
  }

  /** `[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($x))`; other calls are not followed. */
  #call(start: number): Word {
    const end = Math.min(this.#closing(this.#at, '(', ')') + 1, this.#end)
    const raw = this.#text.slice(start, Math.min(end, start + 300))
    const opening = /^\[(?:System\.)?Convert\]::ToBase64String\(.*GetBytes\([ \t]*/i.exec(raw)?.[0]
    if (opening === undefined || this.#depth > deepest)
      return this.#skipped(start, end - 1, 'something that PowerShell works out')
    this.#at = start + opening.length
    const value = encoded(put(this.#pieces()))
    this.#at = end
    return value
  }

  #literal(parts: Word[], from: number): void {
    const end = this.#closing(from, '', "'")
    if (end >= this.#end) {
      parts.push(this.#skipped(from - 1, end, 'a quote that is never closed'))
      return
    }
    const text = this.#text.slice(from, end)
    parts.push(known(text, this.#spot(from, end)))
    this.#at = end + 1
    // PowerShell writes a quote in quotes twice.
    if (!this.#isShell && this.#text.charAt(this.#at) === "'") parts.push(known("'", this.#spot(end, end + 1)))
  }

  #doubleQuoted(parts: Word[], escape: string): void {
    const start = this.#at
    this.#at += 1
    while (this.#at < this.#end) {
      const from = this.#at
      const character = this.#text.charAt(from)
      if (character === '"') {
        this.#at += 1
        if (this.#at - start === 2) parts.push(known('', this.#spot(start, this.#at)))
        return
      }
      if (character === '$') parts.push(this.#dollar(false))
      else if (character === '`' && this.#isShell) parts.push(this.#substitution(from - 1, '`'))
      else if (character === escape) {
        const next = this.#text.slice(from + 1, from + (this.#text.startsWith('\r\n', from + 1) ? 3 : 2))
        this.#at += 1 + next.length
        const isEscape = !this.#isShell || /[$`"\\\r\n]/.test(next)
        const text = /[\r\n]/.test(next) && this.#isShell ? '' : isEscape ? next : escape + next
        parts.push(known(text, this.#spot(from, this.#at)))
      } else if (!this.#plain(parts, /[^"$`\\]+/y)) {
        this.#at += 1
        parts.push(known(character, this.#spot(from, this.#at)))
      }
    }
    this.#name(this.#text.slice(start, this.#end), start, 'a quote before it is never closed')
  }

  /** What begins with a dollar sign. `bare`: outside of quotes. */
  #dollar(bare: boolean): Word {
    const start = this.#at
    const next = this.#text.charAt(start + 1)
    if (!this.#isShell) return this.#powerShellVariable(bare)
    if (this.#text.startsWith('$((', start)) return this.#bracketed(start, start + 2, '(', ')')
    if (next === '(') return this.#substitution(start, ')')
    if (next === '{') {
      const [, name, fallback] = this.#take(/\$\{(\w+)(?::?[-=]([^{}$`"'\\]*))?\}/y) ?? []
      if (name === undefined) return this.#bracketed(start, start + 2, '{', '}')
      const value = this.#variable(name, `$${name}`, start)
      return value.known || fallback === undefined ? value : known(fallback, this.#spot(start, this.#at))
    }
    const name = this.#take(/\$([A-Za-z_]\w*|[\d@*#?$!-])/y)?.[1]
    if (name !== undefined) return this.#variable(name, `$${name}`, start)
    this.#at += 1
    return known('$', this.#spot(start, this.#at))
  }

  #powerShellVariable(bare: boolean): Word {
    const start = this.#at
    const [, scope = '', name] = this.#take(/\$\{?(?:(env|script|global|local):)?(\w+)\}?/iy) ?? []
    if (name === undefined) {
      if (this.#text.startsWith('$(', start)) return this.#bracketed(start, start + 2, '(', ')')
      this.#at += 1
      return known('$', this.#spot(start, this.#at))
    }
    const suffix = bare ? (this.#take(/\[[^\]\r\n]{1,80}\]|(?:\.\w+)+/y)?.[0] ?? '') : ''
    const shown = this.#text.slice(start, this.#at)
    if (/^args$/i.test(name)) return given(shown, null, this.#spot(start, this.#at))
    if (suffix !== '') return computed('something that PowerShell works out', this.#spot(start, this.#at))
    if (/^env$/i.test(scope) && this.#get(name) === undefined) return given(shown, name, this.#spot(start, this.#at))
    return this.#variable(name, shown, start)
  }

  /** What is known keeps the place where it was written, so that a mistake is shown there. */
  #variable(name: string, shown: string, start: number): Word {
    const at = this.#spot(start, this.#at)
    const value = this.#get(name)
    if (value !== undefined) return value.known ? value : { ...value, at }
    if (/^[#?$!-]$/.test(name)) return computed(shown, at)
    return given(shown, this.#isShell && /^[A-Za-z_]/.test(name) ? name : null, at)
  }

  /** `$(...)` and backticks: echo and printf through base64 are followed. `start`: of the two signs that open it. */
  #substitution(start: number, close: string): Word {
    const from = start + 2
    const end = close === ')' ? this.#closing(from, '(', ')') : Math.min(this.#indexOf('`', from), this.#end)
    const at = this.#spot(start, end + 1)
    if (this.#depth > deepest || end >= this.#end) return this.#skipped(start, end, 'the output of a command')
    const statements = this.#statements(from, end)
    this.#at = end + 1
    const isPipe = statements.every(({ after }, index) => index === 0 || after === '|')
    let output: Word | null = null
    for (const { words, input } of isPipe ? statements : []) output = outputOf(words.map(put), input, output)
    return output ?? computed('the output of a command', at)
  }

  #indexOf(character: string, from: number): number {
    const index = this.#text.indexOf(character, from)
    return index < 0 ? this.#end : index
  }

  /** A part in brackets that is worked out when the script runs. */
  #bracketed(start: number, inner: number, open: string, close: string): Word {
    const of = `something that ${this.#isShell ? 'a shell' : 'PowerShell'} works out`
    return this.#skipped(start, this.#closing(inner, open, close), of)
  }

  /** A part that is not followed. */
  #skipped(start: number, end: number, of: string): Word {
    const raw = this.#text.slice(start, end + 1)
    this.#name(raw, start, `it stands in ${of}`)
    this.#at = Math.min(end + 1, this.#end)
    return computed(of, this.#spot(start, this.#at))
  }

  /** Where a bracket or quote closes; the end where it never does. */
  #closing(from: number, open: string, close: string): number {
    const isQuote = open === ''
    let depth = 1
    let quote = ''
    for (let at = from; at < this.#end; at += 1) {
      const character = this.#text.charAt(at)
      if (!isQuote && character === '\\' && quote !== "'" && this.#isShell) at += 1
      else if (quote !== '') quote = character === quote ? '' : quote
      else if (character === close) depth -= 1
      else if (character === open) depth += 1
      else if (!isQuote && (character === '"' || character === "'")) quote = character
      if (depth === 0) return at
    }
    return this.#end
  }

  /** Also one that the shell does not take for one, since something follows the backslash. */
  #continuation(): boolean {
    const start = this.#at
    if (this.#skip(this.#isShell ? /\\(?:\r\n|\n|\r)/y : /`(?:\r\n|\n|\r)/y)) return true
    if (!this.#isShell || !this.#skip(/\\[ \t]+(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/y)) return false
    this.#broken.push(this.#spot(start, start + 1))
    return true
  }

  #finish({ start, after, words: pieces, sets, broken }: Statement, next: string): void {
    const words = pieces.map(put)
    const [first] = words
    if (sets !== null) {
      const value = first ?? known('', this.#spot(start, start))
      this.#assign(sets, words.length > 1 ? computed('something that PowerShell works out', value.at) : value, after)
    }
    if (first === undefined) return
    if (first.known && first.text === 'read') {
      for (const name of words) if (name.known) this.#set(name.text, computed(`$${name.text}`, name.at))
    }
    const raw = this.#text.slice(start, this.#at)
    const name = nameOf(first)
    if (/^start-process$/i.test(name)) this.#run(started(pieces.slice(1)).map(put), broken, raw, start)
    else if (!inert.test(name)) this.#run(words, broken, raw, start)
    else if (
      next === '|' &&
      runsInput.test(/^[ \t]*([\w-]+)/.exec(this.#text.slice(this.#at, this.#at + 99))?.[1] ?? '')
    )
      this.#name(raw, start, 'it is piped to another program')
  }

  #run(words: Word[], broken: Spot[], raw: string, start: number): void {
    const [first] = words
    if (first === undefined) return
    const name = nameOf(first)
    const isWrapped = wrappers.test(name) || prefix.test(name)
    const found = words.findIndex(
      (word, index) => this.#isProgram(word) && !this.#isProgram(words[index + 1] ?? known('', word.at)),
    )
    if (found === 0 || (isWrapped && found > 0 && found < words.length - 1)) {
      this.#command(words.slice(found), broken, name === 'watch', raw, start)
      return
    }
    const before = this.#script.commands.length + this.#script.unread.length
    if (isWrapped && this.#depth <= deepest) {
      for (const word of words.slice(1)) {
        if (!word.known || !/\s/.test(word.text) || !this.#spend(word.text)) continue
        const outer = { variables: this.#variables, place: word.at, depth: this.#depth, budget: this.#budget }
        const inner: Script = { commands: [], unread: [] }
        new ScriptReader(word.text, this.#dialect, this.#isProgram, inner, outer).readAll()
        this.#script.unread.push(...inner.unread)
        for (const command of inner.commands)
          this.#command(command.words, broken, command.inLoop || name === 'watch', raw, start)
      }
    }
    // Any other word may be a secret.
    const isKnown = wrappers.test(name) || runsInput.test(name)
    if (this.#script.commands.length + this.#script.unread.length === before)
      this.#name(raw, start, `it is run by ${isKnown ? name : 'another program'}`)
  }

  #command(words: Word[], broken: Spot[], again: boolean, raw: string, start: number): void {
    const [first] = words
    if (first === undefined) return
    const each = words.find((word) => !word.known && word.of.startsWith('the loop over '))
    if (each?.known === false) {
      this.#name(raw, start, `it is run once for each value of ${each.of.replace('the loop over ', '')}`)
      return
    }
    const inLoop = again || this.#blocks.includes('loop')
    this.#script.commands.push({ words, at: first.at, inLoop, broken })
  }

  /** Says that a text which seems to run the program is not read. */
  #name(raw: string, start: number, why: string): void {
    const words = [...raw.matchAll(/[^\s"'`(){}[\];|&<>,=]+/g)]
    const runs = words.flatMap(({ 0: text }, index) => {
      const [next = ''] = words[index + 1] ?? []
      return /^[-$]/.test(next) && this.#isProgram(known(text, noPlace)) ? [index] : []
    })
    for (const [count, index] of runs.entries()) {
      const word = words[index]
      if (word === undefined) continue
      const from = start + word.index
      const args = words.slice(index + 1, runs[count + 1]).map(([text]) => text)
      this.#script.unread.push({ at: this.#spot(from, from + word[0].length), why, args })
    }
  }

  #skip(pattern: RegExp): boolean {
    return this.#take(pattern) !== null
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const match = this.#ahead(pattern)
    if (match !== null) this.#at += match[0].length
    return match
  }

  #ahead(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    return match === null || this.#at + match[0].length > this.#end ? null : match
  }

  #spot(from: number, to: number): Spot {
    if (this.#place !== null) return this.#place
    const index = this.#lineIndex(from)
    return { line: index + 1, column: from - (this.#lineStarts[index] ?? 0) + 1, length: Math.max(1, to - from) }
  }

  #lineIndex(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

const noPlace: Spot = { line: 1, column: 1, length: 1 }

function known(text: string, at: Spot): Word {
  return { known: true, text, at }
}

/** Given by the caller: an argument, or a variable of the environment. */
function given(of: string, variable: string | null, at: Spot): Word {
  return { known: false, of, knownTo: 'the caller', variable, tail: '', at }
}

/** Made by the script itself, in a way that is not followed here. */
function computed(of: string, at: Spot): Word {
  return { known: false, of, knownTo: 'a run', variable: null, tail: '', at }
}

/** Parts side by side. One alone keeps its own place, so that a mistake is shown where it was written. */
function joined(all: readonly Word[], at: Spot): Word {
  const parts = all.filter((part) => !part.known || part.text !== '')
  const [only, second] = parts
  if (only !== undefined && second === undefined) return only
  if (parts.reduce((sum, part) => sum + (part.known ? part.text.length : 0), 0) > longest)
    return computed('a text without end', at)
  const missing = parts.findLastIndex((part) => !part.known)
  const tail = parts.slice(missing + 1).map((part) => (part.known ? part.text : ''))
  const unknown = parts[missing]
  if (unknown?.known === false) return { ...unknown, variable: null, tail: unknown.tail + tail.join(''), at }
  // `T"$port"`: the letter is no reason to lose the place of the number.
  const wordy = parts.filter((part) => part.known && part.text.length > 1)
  return known(tail.join(''), wordy.length === 1 ? (wordy[0]?.at ?? at) : at)
}

function piecesOf(word: Word): Pieces {
  return { raw: '', parts: [word], at: word.at }
}

function put({ parts, at }: Pieces): Word {
  return joined(parts, at)
}

function nameOf(word: Word): string {
  return (word.known ? word.text : word.tail).slice(-200).replace(/^.*[/\\]/s, '')
}

function encoded(word: Word): Word {
  return word.known ? known(toBase64(word.text), word.at) : word
}

/** What a command of a pipe prints, given what the one before it printed; null: that is not followed. */
function outputOf(words: readonly Word[], input: Word | null, before: Word | null): Word | null {
  const [command, ...args] = words
  const options = args.flatMap((word) => (word.known && word.text.startsWith('-') ? [word.text] : []))
  const [text, more] = args.filter((word) => !word.known || !word.text.startsWith('-'))
  const read = before ?? (input?.known === true ? known(`${input.text}\n`, input.at) : input)
  switch (command?.known === true ? command.text : '') {
    case 'echo':
      if (text === undefined || more !== undefined) return null
      return text.known && !options.includes('-n') ? known(`${text.text}\n`, text.at) : text
    case 'printf':
      if (text?.known !== true) return null
      if (more === undefined) return /[%\\]/.test(text.text) ? null : text
      if (text.text === '%s') return more
      return /^%s\\n$/.test(text.text) && more.known ? known(`${more.text}\n`, more.at) : null
    case 'tr':
      return options[0] === '-d' && read?.known === true ? known(read.text.replace(/[\r\n]/g, ''), read.at) : read
    case 'openssl':
    case 'base64':
      if (
        read === null ||
        (command?.known === true &&
          command.text === 'openssl' &&
          !/base64$/.test(options.concat(text?.known === true ? text.text : '').join(' ')))
      )
        return null
      if (!options.some((option) => /^-(?:d|D|-decode)$/.test(option))) return encoded(read)
      return read.known ? decoded(read) : read
    default:
      return null
  }
}

function decoded({ text, at }: KnownWord): Word {
  const plain = decodeBase64(text.replace(/[\r\n]/g, ''))
  return plain === null ? computed('base64 text', at) : known(plain, at)
}

/** PowerShell's `Start-Process -FilePath X -ArgumentList ...`, both also by position: the command that it starts. */
function started(words: readonly Pieces[]): Pieces[] {
  const rest: Pieces[] = []
  let program: Pieces | undefined
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]
    if (word === undefined) break
    if (/^-FilePath$/i.test(word.raw)) program = words[(index += 1)]
    else if (/^-(?:WorkingDirectory|WindowStyle|RedirectStandard\w+|Verb|Credential)$/i.test(word.raw)) index += 1
    else if (!/^-(?:ArgumentList|Args|NoNewWindow|Wait|PassThru)$/i.test(word.raw)) rest.push(word)
  }
  program ??= rest.shift()
  return program === undefined ? [] : [program, ...rest.flatMap(splitAtBlanks)]
}

/** A list of arguments in one text. */
function splitAtBlanks(word: Pieces): Pieces[] {
  const words: Pieces[] = []
  let parts: Word[] = []
  const close = (): void => {
    if (parts.length > 0) words.push({ ...word, parts })
    parts = []
  }
  for (const part of word.parts) {
    if (!part.known) parts.push(part)
    else {
      for (const [index, text] of part.text.split(/\s+/).entries()) {
        if (index > 0) close()
        if (text !== '') parts.push(known(text, part.at))
      }
    }
  }
  close()
  return words
}
