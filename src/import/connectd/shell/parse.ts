/** Reads the text of a shell script (sh, bash) into commands and words. Forgiving: what it does not know it passes over. */
import { Scanner } from './scanner.ts'
import type { Command, Script, ScriptComment, Word } from './tree.ts'
import { readWord } from './word.ts'

export function parseShell(text: string): Script {
  const reader: Reader = { scanner: new Scanner(text), comments: [], hereDocuments: [], broken: [], depth: 0 }
  const commands = readCommands(reader, '')
  return { commands, comments: reader.comments }
}

export interface Reader {
  scanner: Scanner
  comments: ScriptComment[]
  /** Delimiters of here-documents whose text begins on the next line. */
  hereDocuments: { delimiter: string; indented: boolean }[]
  broken: Command['broken']
  /** How many `$(` are open. */
  depth: number
}

/** Deeper nesting is no launch script, and would cost the stack. */
export const deepest = 50

/** Commands up to `close`, which is left behind; with an empty one up to the end of the part. */
export function readCommands(reader: Reader, close: '' | ')'): Command[] {
  const { scanner } = reader
  const commands: Command[] = []
  const outer = reader.broken
  let command = newCommand(reader)
  let parentheses = 0
  const finish = (piped: boolean): void => {
    if (command.words.length > 0 || command.hereString !== null) commands.push({ ...command, piped })
    command = newCommand(reader)
  }
  while (!scanner.done) {
    if (skipBlanks(reader)) continue
    if (scanner.next === '#') {
      readComment(reader)
      continue
    }
    const operator = scanner.take(/\r\n|[\n\r]|;;&?|;&|;|&&|\|\||\|&|\||&(?!>)|[()]/y)
    if (operator === null) {
      readPart(reader, command)
      continue
    }
    if (operator === '(') parentheses += 1
    if (operator === ')') {
      if (close === ')' && parentheses === 0) break
      parentheses -= 1
    }
    finish(operator === '|' || operator === '|&')
    if (/^[\r\n]/.test(operator)) skipHereDocuments(reader)
  }
  finish(false)
  reader.broken = outer
  return commands
}

function newCommand(reader: Reader): Command {
  reader.broken = []
  const at = reader.scanner.spot(reader.scanner.at, reader.scanner.at + 1)
  return { words: [], hereString: null, piped: false, broken: reader.broken, at }
}

/** Blanks and continued lines. */
function skipBlanks(reader: Reader): boolean {
  const { scanner } = reader
  return scanner.take(/(?:[ \t]|\\(?:\r\n|\n))+/y) !== null || continueBroken(reader)
}

/** `\` with blanks, perhaps a comment, behind it up to the end of the line: the author meant to continue the line. */
export function continueBroken(reader: Reader): boolean {
  const { scanner } = reader
  const start = scanner.at
  const found = scanner.take(/\\(?:[ \t]+(?:#[^\r\n]*)?(?:\r\n|[\n\r]|$)|#[^\r\n]*(?:\r\n|[\n\r]|$)|$)/y)
  if (found === null) return false
  if (found !== '\\') reader.broken.push(scanner.spot(start, start + 1))
  const hash = found.indexOf('#')
  if (hash >= 0) {
    reader.comments.push({ line: scanner.lineOf(start), text: found.slice(hash + 1), alone: false })
  }
  return true
}

function readComment({ scanner, comments }: Reader): void {
  const start = scanner.at
  const text = scanner.take(/#[^\r\n]*/y) ?? ''
  comments.push({ line: scanner.lineOf(start), text: text.slice(1), alone: scanner.beginsLine(start) })
}

/** A redirection, or a word of the command. */
function readPart(reader: Reader, command: Command): void {
  const { scanner } = reader
  const redirection = scanner.take(/(?:\d+|&)?(?:<<<|<<-|<<|<>|<&|>>|>&|>\||>|<)|&>>/y)
  if (redirection === null) {
    const word = readWord(reader)
    if (command.words.length === 0) command.at = word.at
    command.words.push(word)
    return
  }
  scanner.take(/[ \t]+/y)
  if (scanner.done || /[\r\n]/.test(scanner.next)) return
  const word = readWord(reader)
  if (redirection.endsWith('<<<')) command.hereString = word
  else if (/<<-?$/.test(redirection)) {
    reader.hereDocuments.push({ delimiter: literalText(word), indented: redirection.endsWith('-') })
  }
}

function literalText({ pieces }: Word): string {
  return pieces.map((piece) => (piece.is === 'text' ? piece.text : '')).join('')
}

function skipHereDocuments({ scanner, hereDocuments }: Reader): void {
  for (const { delimiter, indented } of hereDocuments.splice(0)) {
    while (!scanner.done) {
      const line = scanner.take(/[^\r\n]*/y) ?? ''
      scanner.take(/\r\n|[\n\r]/y)
      if ((indented ? line.replace(/^\t+/, '') : line) === delimiter) break
    }
  }
}
