/**
 * Follows the variables of a PowerShell script to the programs that it starts. Assignments of texts, numbers and base64
 * are understood; everything else is something that only the caller or a run can tell. Nothing is run.
 */
import { Scanner } from '../shell/scanner.ts'
import type { ScriptComment } from '../shell/tree.ts'
import { computed, encoded, given, joined, known, type Call, type Value } from '../script-values.ts'
import { readStatements, type Statement, type Term } from './parse.ts'

export function readPowerShell(text: string): { calls: Call[]; comments: ScriptComment[] } {
  const scanner = new Scanner(text)
  const { statements, comments } = readStatements(scanner)
  const variables: Variables = new Map()
  return { calls: statements.flatMap((statement) => callOf(statement, variables) ?? []), comments }
}

type Variables = Map<string, Value>

function callOf({ terms, at, inLoop }: Statement, variables: Variables): Call | null {
  const assigned = assignmentOf(terms)
  if (assigned !== null) {
    variables.set(assigned.name, valueOf(assigned.terms, variables, at))
    // `$process = Start-Process ...` starts it all the same.
    const [first] = assigned.terms
    const calls = first?.is === 'bare' && startsProcess.test(first.text)
    return calls ? callOf({ terms: assigned.terms, at, inLoop }, variables) : null
  }
  const words = wordsOf(terms, variables)
  const [first, ...others] = words
  if (first === undefined) return null
  // `&` and `.` call what follows.
  const called = first.known && /^[&.]$/.test(first.text) ? others : words
  const [name] = called
  if (name?.known === true && startsProcess.test(name.text)) {
    const started = startProcess(terms, variables)
    return started === null ? null : { words: started, at, inLoop, broken: [] }
  }
  return { words: called, at, inLoop, broken: [] }
}

const startsProcess = /^(?:start-process|saps|start)$/i

/** `$port = 33100`, also as `[int]$port = ...` and as the default of a parameter. */
function assignmentOf(terms: readonly Term[]): { name: string; terms: Term[] } | null {
  const untyped = terms[0]?.is === 'type' ? terms.slice(1) : terms
  const [target, sign, ...others] = untyped
  if (target?.is !== 'variable' || sign?.is !== 'sign' || sign.text !== '=') return null
  return { name: target.name, terms: others }
}

/** `-FilePath X -ArgumentList ...`, each also by position, the list as one text or several. */
function startProcess(terms: readonly Term[], variables: Variables): Value[] | null {
  let program: Value | null = null
  const args: Value[] = []
  let expects: 'program' | 'arguments' | 'nothing' = 'program'
  for (const term of terms.slice(terms.findIndex(({ is }) => is === 'bare') + 1)) {
    if (term.is === 'bare' && term.text.startsWith('-')) {
      expects = parameterOf(term.text)
      continue
    }
    if (term.is === 'sign' || term.is === 'type') continue
    if (expects === 'program') {
      program = termValue(term, variables)
      expects = 'arguments'
    } else if (expects === 'arguments') args.push(...split(term, variables))
  }
  return program === null ? null : [program, ...args]
}

function parameterOf(word: string): 'program' | 'arguments' | 'nothing' {
  if (/^-(?:f|filepath)$/i.test(word)) return 'program'
  return /^-(?:a\w*)$/i.test(word) ? 'arguments' : 'nothing'
}

/** A text in a list of arguments may hold several, with blanks between them. */
function split(term: Term, variables: Variables): Value[] {
  if (term.is !== 'text') return [termValue(term, variables)]
  const words: Value[][] = [[]]
  for (const part of term.parts) {
    const value = termValue(part, variables)
    if (!value.known || part.is !== 'bare') {
      words.at(-1)?.push(value)
      continue
    }
    let column = value.at.column
    for (const [index, piece] of value.text.split(' ').entries()) {
      if (index > 0) words.push([])
      if (piece !== '') words.at(-1)?.push(known(piece, { ...value.at, column, length: piece.length }))
      column += piece.length + 1
    }
  }
  return words.filter((parts) => parts.length > 0).map((parts) => joined(parts, parts[0]?.at ?? term.at))
}

function wordsOf(terms: readonly Term[], variables: Variables): Value[] {
  const words: { parts: Value[]; end: number }[] = []
  for (const term of terms) {
    const value = termValue(term, variables)
    const last = words.at(-1)
    // `T$port` is one word of two terms.
    if (last !== undefined && last.end === term.from) {
      last.parts.push(value)
      last.end = term.to
    } else words.push({ parts: [value], end: term.to })
  }
  return words.map(({ parts }) => joined(parts, parts[0]?.at ?? { line: 1, column: 1, length: 1 }))
}

/** What is assigned: one term, several with `+` between them, or base64 of one. */
function valueOf(terms: readonly Term[], variables: Variables, at: Value['at']): Value {
  const [first, ...others] = terms
  if (first === undefined) return computed('nothing', at)
  const names = terms.map((term) => (term.is === 'bare' ? term.text : '')).join('')
  if (/ToBase64String/i.test(names)) return base64Of(terms, variables, at)
  const joins = others.every((term, index) => (index % 2 === 0 ? term.is === 'sign' && term.text === '+' : true))
  if (!joins || first.is === 'type') return computed('something that PowerShell works out', at)
  return joined(
    terms.filter((term) => term.is !== 'sign').map((term) => termValue(term, variables)),
    first.at,
  )
}

/** `[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($name))` */
function base64Of(terms: readonly Term[], variables: Variables, at: Value['at']): Value {
  const inner = terms.filter((term) => term.is === 'variable' || term.is === 'text')
  const [only, second] = inner
  if (only === undefined || second !== undefined) return computed('something that PowerShell works out', at)
  return encoded(termValue(only, variables))
}

function termValue(term: Term, variables: Variables): Value {
  switch (term.is) {
    case 'bare':
    case 'sign':
      return known(term.text, term.at)
    case 'text':
      return joined(
        term.parts.map((part) => termValue(part, variables)),
        term.at,
      )
    case 'variable': {
      const value = variables.get(term.name)
      if (value !== undefined) return value.known ? value : { ...value, at: term.at }
      const outside = /^env:(\w+)$/i.exec(term.name)?.[1] ?? null
      return given(`$${term.name}`, term.at, outside)
    }
    case 'type':
    case 'other':
      return computed('something that PowerShell works out', term.at)
  }
}
