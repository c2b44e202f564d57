/** Makes wrong inputs out of good ones. Texts are Latin-1 here: one character is one byte, so that no byte is lost. */
import fc from 'fast-check'

export interface Seed {
  name: string
  bytes: Buffer
}

/** `at`, `to`, `pick`: any numbers; each edit makes places and choices of them, so that fewer and smaller ones are simpler. */
interface Edit {
  how: keyof typeof edits
  at: number
  to: number
  pick: number
}

type Change = (text: string, edit: Edit, other: string) => string

/** A seed with up to four edits. `json`: mostly such that it still parses. */
export function mutated(seeds: readonly Seed[], { json }: { json: boolean }): fc.Arbitrary<Seed> {
  const hows = Object.keys(edits) as Edit['how'][]
  const any = fc.constantFrom(...hows)
  const number = fc.nat(1_000_000)
  const how = json ? fc.oneof({ weight: 4, arbitrary: fc.constant('json' as const) }, any) : any
  const edit = fc.record({ how, at: number, to: number, pick: number })
  const seed = fc.constantFrom(...seeds)
  return fc.tuple(seed, seed, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([{ name, bytes }, other, list]) => {
    const from = other.bytes.toString('latin1')
    const text = list.reduce((made, each) => edits[each.how](made, each, from), bytes.toString('latin1'))
    return { name, bytes: Buffer.from(text.slice(0, longest), 'latin1') }
  })
}

/** What is larger is refused unread, where it is refused: that needs no more than a few of these. */
const longest = 1_200_000

const utf8 = (text: string): string => Buffer.from(text).toString('latin1')

const odd = [
  ...['\0', '\r', '\r\n', '\n', '\t', '\x1b[31m', '\x7f', '\x85', '\xff', '\xfe\xff', '\xc3', '\xed\xa0\x80'],
  ...['\uFEFF', '\u2028', '\u202e', 'é', 'e\u0301', '😀', '\u{10ffff}', '\u3000', 'ﬀ', 'İ'].map(utf8),
  ...['__proto__', 'constructor', 'hasOwnProperty', 'null', '~', '../..', '/', '-', '--', '%s', '%', '$', '$$'],
  ...[
    '${',
    '${A:-',
    '}',
    '{',
    '{port}',
    '{name',
    '"',
    "'",
    '\\',
    '\\u0000',
    '`',
    '$(',
    '#',
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
  ],
  ...['!!binary ', '<<: ', '? ', '|', '>', '=', ',', '[', ']', '@', '!', '^(a+)+$', '(', '(?<n>', '*'],
]
const numbers = ['-1', '-0', '0', '1', '2', '65535', '65536', '2147483648', '4294967296', '9007199254740993']
const moreNumbers = ['1e21', '1e309', '0x10', '0o7', '010', '1_000', '.5', '1.', 'NaN', '.inf', '9'.repeat(400)]
const openers = ['[', '{', '{"a":', '- ', 'a: ', '$(', '`', '(', '"', "'", '${A:-', '? ', '  ', '<<E\n', '\n ']
const counts = [3, 50, 1000, 20_000]

const edits = {
  flip: (text, { at, pick }) => splice(text, at, 1, String.fromCharCode(pick % 256)),
  remove: (text, { at, to }) => splice(text, at, to % 20, ''),
  insert: (text, { at, pick }) => splice(text, at, 0, choice(odd, pick)),
  replace: (text, edit) => replaceToken(text, edit, choice(odd, edit.pick)),
  number: (text, { at, pick }) => replaceNth(text, /-?\d+(?:\.\d+)?/g, at, choice([...numbers, ...moreNumbers], pick)),
  word: (text, edit, other) => replaceToken(text, edit, choice(tokensOf(other), edit.pick)),
  sameWord: (text, edit) => replaceToken(text, edit, choice(tokensOf(text), edit.pick)),
  dropLine: (text, { at }) => inLines(text, (lines) => lines.toSpliced(at % lines.length, 1)),
  doubleLine: (text, { at, to }) => inLines(text, (lines) => lines.toSpliced(to % lines.length, 0, choice(lines, at))),
  otherLine: (text, { at, to }, other) =>
    inLines(text, (lines) => lines.toSpliced(to % lines.length, 0, choice(other.split('\n'), at))),
  swapLines: (text, { at, to }) =>
    inLines(text, (lines) => {
      const [one, two] = [at % lines.length, to % lines.length]
      return lines.with(one, lines[two] ?? '').with(two, lines[one] ?? '')
    }),
  manyLines: (text, { at, pick }) =>
    inLines(text, (lines) =>
      lines.toSpliced(at % lines.length, 0, ...Array<string>(pick % 3000).fill(choice(lines, at))),
    ),
  indent: (text, { at, pick }) =>
    inLines(text, (lines) => lines.with(at % lines.length, ' '.repeat(pick % 9) + choice(lines, at).trimStart())),
  lineEnds: (text, { pick }) => text.replaceAll('\n', choice(['\r\n', '\r', '\n\n', '\0', ' '], pick)),
  mark: (text, { pick }) => choice([utf8('\uFEFF'), '\xff\xfe', '\0', '#!/bin/sh\n'], pick) + text,
  cut: (text, { at }) => text.slice(0, at % (text.length + 1)),
  nest: (text, { at, to, pick }) => splice(text, at, 0, choice(openers, pick).repeat(choice(counts, to))),
  long: (text, { at, to, pick }) =>
    splice(text, at, 0, choice([...tokensOf(text), ...odd], pick).repeat(choice(counts, to))),
  json: (text, edit) => {
    const whole = editJson(text, edit)
    // Else one value a line.
    return (
      whole ??
      inLines(text, (lines) => lines.with(edit.to % lines.length, editJson(choice(lines, edit.to), edit) ?? ''))
    )
  },
} satisfies Record<string, Change>

function choice<Value>(from: readonly Value[], pick: number): Value {
  if (from.length === 0) throw new RangeError('nothing to choose from')
  return from[pick % from.length] as Value
}

function splice(text: string, at: number, removed: number, inserted: string): string {
  const start = at % (text.length + 1)
  return text.slice(0, start) + inserted + text.slice(start + removed)
}

function inLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split('\n')).join('\n')
}

function tokensOf(text: string): string[] {
  return text.match(/[\w.:/-]+|[^\s\w]/g) ?? ['']
}

function replaceToken(text: string, { at }: Edit, by: string): string {
  return replaceNth(text, /[\w.:/-]+/g, at, by)
}

function replaceNth(text: string, pattern: RegExp, at: number, by: string): string {
  const found = [...text.matchAll(pattern)]
  if (found.length === 0) return text
  const { index, 0: whole } = choice(found, at)
  return text.slice(0, index) + by + text.slice(index + whole.length)
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Null: no JSON. */
function editJson(text: string, { at, to, pick }: Edit): string | null {
  let top: Json
  try {
    top = JSON.parse(text) as Json
  } catch {
    return null
  }
  const root = { top }
  const places = placesIn(root)
  const [holder, key] = choice(places, at)
  const [otherHolder, otherKey] = choice(places, to)
  const other = structuredClone(valueAt(otherHolder, otherKey))
  const values = [...oddValues, other, [other], { [otherKey]: other }, nested(pick)]
  const chosen = pick % (values.length + 6)
  if (chosen >= values.length) remove(holder, key)
  else if (pick % 7 === 0) Object.assign(holder, { [choice(odd, pick)]: other })
  else Object.assign(holder, { [key]: values[chosen] })
  // Without it where the whole value was taken away.
  return JSON.stringify({ ...root }.top ?? null)
}

const oddValues: Json[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 2 ** 31, 2 ** 53, 8.64e15 + 1, 1e300, '', ' ', '*', '(', '\0', '../..', '/'],
  ...[
    'x'.repeat(10_000),
    '-1',
    '9'.repeat(30),
    '{port}',
    '\n',
    'toString',
    '__proto__',
    'log',
    'up',
    'é\u2028',
    '^(a+)+$',
  ],
  ...[[], {}, [null], [[]], [{}], [''], { length: -1 }, { toString: null }],
]

function nested(depth: number): Json {
  let value: Json = []
  for (let count = depth % 1000; count > 0; count -= 1) value = count % 2 === 0 ? [value] : { a: value }
  return value
}

type Holder = Exclude<Json, null | boolean | number | string>

function placesIn(holder: Holder): [Holder, string][] {
  return Object.entries(holder).flatMap(([key, value]: [string, Json]) => [
    [holder, key],
    ...(typeof value === 'object' && value !== null ? placesIn(value) : []),
  ])
}

function valueAt(holder: Holder, key: string): Json {
  return (holder as { [key: string]: Json })[key] ?? null
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else Reflect.deleteProperty(holder, key)
}
