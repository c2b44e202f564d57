import fc from 'fast-check'
import { readFileSync, statSync, writeFileSync, chmodSync, readdirSync, symlinkSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { parseDotenv } from '../../src/core/text/dotenv.ts'
import { P2pError } from '../../src/core/errors.ts'
import { Secret } from '../../src/core/text/secret.ts'
import { scalar } from '../../src/import/document.ts'
import { baseOf, dotenvLine, isIgnored, nameFrom, takeName, withLines } from '../../src/import/spelling.ts'
import { readInputs } from '../../src/import/read.ts'
import { SecretPlaces } from '../../src/import/accounts.ts'
import { createFile, filesIn, readBytes, replaceFile } from '../../src/runtime/files/user-files.ts'
import { emptyFolder } from './support.ts'

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom("'", '"', '\\', '$', '#', '=', '{', '}', '\n', '\r', ' ', 'a'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
})

describe('a value in .env', () => {
  test('is read back as just this value, whatever it holds and whatever stands before it', () => {
    fc.assert(
      fc.property(anyText, anyText, (value, other) => {
        const text = withLines(`${dotenvLine('OTHER', other)}\n`, [dotenvLine('NAME', value)])
        const values = parseDotenv(text, () => 'from the shell')
        expect([values.get('OTHER'), values.get('NAME')]).toEqual([other, value])
      }),
    )
  })

  test.each([
    [null, '.env', false],
    ['.env\n', '.env', true],
    ['dist\n/.env \n', '.env', true],
    ['.env\n!.env\n', '.env', false],
    ['# .env\n', '.env', false],
    ['*\n', '*', true],
  ])('%j ignores %s: %s', (text, name, ignored) => {
    expect(isIgnored(text, name)).toBe(ignored)
  })
})

test('a text in YAML is read back as just this text, in block and in flow style', () => {
  const words = fc.constantFrom(
    'yes',
    'null',
    '~',
    '1e3',
    '0x10',
    '.5',
    '-',
    'a: b',
    'a #b',
    '{x}',
    '[',
    '&a',
    '*a',
    '!t',
    '%',
    '@',
    '',
    '1:2',
  )
  fc.assert(
    fc.property(fc.oneof(words, anyText), (text) => {
      const document = parseDocument(`a: ${scalar(text)}\nb: { c: ${scalar(text)} }\n`, {
        version: '1.2',
        schema: 'core',
      })
      expect(document.errors).toEqual([])
      expect(document.toJS()).toEqual({ a: text, b: { c: text } })
    }),
  )
})

test('names have the form of tunnel names, and are never given twice', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 80 })), (bases) => {
      const taken = new Set<string>()
      const names = bases.map((base) => takeName(nameFrom(baseOf(base), 'tunnel'), taken))
      for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/)
      expect(new Set(names).size).toBe(names.length)
    }),
  )
})

test.each([
  ['line ends', '\r'],
  ['blanks', ' \n'],
  ['open brackets', '$('],
  ['the name of the program', 'connectd '],
])('a text of nothing but %s takes no more than a moment', (_what, piece) => {
  const text = `${piece.repeat(250_000 / piece.length)}user_id a`
  const input = {
    file: 'old',
    path: '/old',
    base: 'old',
    folder: '',
    bytes: new TextEncoder().encode(text),
    named: true,
  }
  expect(readInputs([input], () => null).files[0]?.result).toBe('refused')
})

describe('files of the user', () => {
  test('are created only where nothing is, with their mode', () => {
    const folder = emptyFolder()
    createFile(join(folder, 'sub', 'a'), 'text\n', 0o600)
    expect((statSync(join(folder, 'sub', 'a')).mode & 0o777).toString(8)).toBe('600')
    expect(() => {
      createFile(join(folder, 'sub', 'a'), 'other\n', 0o600)
    }).toThrow(P2pError)
    expect(readFileSync(join(folder, 'sub', 'a'), 'utf8')).toBe('text\n')
  })

  test('are replaced whole, keeping their mode and the link that leads to them', () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'a'), 'old\n')
    chmodSync(join(folder, 'a'), 0o640)
    symlinkSync('a', join(folder, 'link'))
    replaceFile(join(folder, 'link'), 'new\n', null)
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new\n')
    expect((statSync(join(folder, 'a')).mode & 0o777).toString(8)).toBe('640')
    expect(readdirSync(folder)).toEqual(['a', 'link'])
  })

  test('are listed without folders, and what is not there is no error', () => {
    const folder = emptyFolder()
    createFile(join(folder, 'sub', 'a'), '', 0o600)
    writeFileSync(join(folder, 'b'), '')
    expect([filesIn(folder), filesIn(join(folder, 'b')), readBytes(join(folder, 'c'))]).toEqual([['b'], null, null])
  })
})

test('a secret goes to the first name that is free or holds just this secret', () => {
  const occupied = new Map([
    ['REMOTEIT_PASSWORD', { value: 'other', inPlace: true }],
    ['REMOTEIT_PASSWORD_2', { value: null, inPlace: false }],
    ['REMOTEIT_PASSWORD_3', { value: 'mine', inPlace: true }],
  ])
  const places = new SecretPlaces('env', (name) => occupied.get(name) ?? null)
  const owner = { account: 'default', user: 'ann', kind: 'password' } as const
  expect(places.put(new Secret('mine'), owner)).toEqual({ env: 'REMOTEIT_PASSWORD_3' })
  expect(places.stored).toEqual([])
  expect(places.put(new Secret('new'), owner)).toEqual({ env: 'REMOTEIT_PASSWORD_4' })
  expect(places.put(new Secret('new'), owner)).toEqual({ env: 'REMOTEIT_PASSWORD_4' })
  expect(places.stored.map(({ name }) => name)).toEqual(['REMOTEIT_PASSWORD_4'])
})
