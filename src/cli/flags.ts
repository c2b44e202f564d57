/** Flags as written: which flag is meant, its value, and the errors. */
import { P2pError } from '../core/errors.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import { parseDuration } from '../core/text/units.ts'
import { camelCase, type Flag, type Flags } from './command.ts'

/** The values of a set of flags, defaults first. */
export class FlagSet {
  readonly flags: Flags
  readonly given = new Set<string>()
  readonly #values = new Map<string, unknown>()

  constructor(flags: Flags) {
    this.flags = flags
    for (const [name, flag] of Object.entries(flags)) {
      if (flag.kind !== 'shorthand') this.#values.set(name, defaultOf(flag))
    }
  }

  /** `text` null: written without a value. `written`: as the user wrote it, for messages. @throws P2pError 'usage' */
  set(name: string, text: string | null, written: string): void {
    const flag = this.flags[name]
    if (flag === undefined) throw new TypeError(`no flag ${name}`)
    if (flag.kind === 'shorthand') {
      refuseValue(text, written)
      this.set(flag.stands.for, flag.stands.value, written)
      return
    }
    const value = valueOf(flag, text, written)
    const before = this.#values.get(name)
    this.given.add(name)
    this.#values.set(name, flag.kind === 'list' ? [before, value].flat() : value)
  }

  /** Whether there is a switch of that name, and it is on. */
  isOn(name: string): boolean {
    return this.#values.get(name) === true
  }

  /** Whether it is on, or has a value from the command line. */
  isGiven(name: string): boolean {
    return this.given.has(name) && this.#values.get(name) !== false
  }

  all(): Record<string, unknown> {
    return Object.fromEntries([...this.#values].map(([name, value]) => [camelCase(name), value]))
  }
}

/**
 * The flag written as `--name`, as `--no-name` where it is a switch, or as `-n`. `negated`: as its opposite (`--no-attach`, or
 * `--wait` for `no-wait`).
 */
export function findFlag(flags: Flags, written: string): { name: string; negated: boolean } | null {
  const name = written.startsWith('--')
    ? written.slice(2)
    : Object.keys(flags).find((key) => flags[key]?.short === written.slice(1))
  if (name === undefined) return null
  if (Object.hasOwn(flags, name)) return { name, negated: false }
  const other = opposite(name)
  return Object.hasOwn(flags, other) && flags[other]?.kind === 'switch' ? { name: other, negated: true } : null
}

/** Every valid long name, opposites of switches included. */
export function longNames(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, { kind }]) => (kind === 'switch' ? [name, opposite(name)] : [name]))
}

function opposite(name: string): string {
  return name.startsWith('no-') ? name.slice(3) : `no-${name}`
}

/** `available`: long names that could have been meant. `help`: the command line that lists them. */
export function unknownFlag(written: string, available: readonly string[], help: string): P2pError {
  const candidates = written.startsWith('--') ? available : []
  const hint = suggest(written.slice(2), candidates, `${help} lists the flags`, (name) => `--${name}`)
  return new P2pError('usage', `unknown flag ${written}`, { hint })
}

function defaultOf(flag: Exclude<Flag, { kind: 'shorthand' }>): unknown {
  switch (flag.kind) {
    case 'switch':
      return false
    case 'list':
      return []
    case 'text':
    case 'lines':
      return null
    case 'choice':
    case 'duration':
      return flag.default
  }
}

function valueOf(flag: Exclude<Flag, { kind: 'shorthand' }>, text: string | null, written: string): unknown {
  if (flag.kind === 'switch') {
    if (text === 'true' || text === 'false') return text === 'true'
    refuseValue(text, written)
    return true
  }
  if (text === null || text === '') {
    const example = flag.kind === 'choice' ? flag.choices.join('|') : flag.value
    throw new P2pError('usage', `${written} needs a value: ${written} ${example}`)
  }
  switch (flag.kind) {
    case 'text':
      return text
    case 'list': {
      const parts = flag.commas === true ? text.split(',').flatMap((part) => part.trim() || []) : [text]
      for (const part of parts) if (flag.choices) refuseUnknownChoice(part, flag.choices, written)
      return parts
    }
    case 'choice':
      refuseUnknownChoice(text, flag.choices, written)
      return text
    case 'duration':
      return durationOf(text, written)
    case 'lines':
      if (text === 'all') return null
      if (/^\d{1,9}$/.test(text)) return Number(text)
      throw new P2pError('usage', `${written} must be a number of lines, or all, not ${text}`)
  }
}

export function refuseValue(text: string | null, written: string): void {
  if (text !== null) throw new P2pError('usage', `${written} takes no value`)
}

function refuseUnknownChoice(text: string, choices: readonly string[], written: string): void {
  if (choices.includes(text)) return
  const allowed = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`
  throw new P2pError('usage', `${written} must be ${allowed}, not ${text}`, { hint: suggest(text, choices, undefined) })
}

function durationOf(text: string, written: string): number {
  const ms = parseDuration(text)
  if (ms !== null) return ms
  throw new P2pError('usage', `${written} must be a duration such as 10s or 1m30s, not ${text}`, {
    hint: /^\d+$/.test(text) ? `${written} ${text}s` : undefined,
  })
}
