import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillDotenv, parseDotenv, readDotenv } from '../../../src/core/text/dotenv.ts'

const env: Record<string, string> = { HOME: '/home/me', SET: 'from-environment' }
const lookup = (name: string): string | undefined => env[name]

const valueOf = (line: string): string | undefined => parseDotenv(line, lookup).get('A')

describe('every quote and comment form', () => {
  test.each([
    // [what, line, value]
    ['bare', 'A=b', 'b'],
    ['empty', 'A=', ''],
    ['blanks around the sign', 'A = b', 'b'],
    ['blanks before the name', '  A=b', 'b'],
    ['blanks after the value', 'A=b  \t', 'b'],
    ['blanks inside', 'A=b c  d', 'b c  d'],
    ['export', 'export A=b', 'b'],
    ['a name that begins with export', 'A=1\nexported=2', '1'],
    ['comment after a blank', 'A=b # c', 'b'],
    ['comment after a tab', 'A=b\t# c', 'b'],
    ['a hash without a blank is part of the value', 'A=b#c', 'b#c'],
    ['nothing but a comment', 'A= # c', ''],
    ['nothing but a comment, at once', 'A=#c', ''],
    ['equals signs', 'A=b=c==', 'b=c=='],
    ['quotes inside', `A=b"c'd`, `b"c'd`],
    ['backslashes mean nothing without quotes', 'A=b\\nc', 'b\\nc'],
    ['single quotes', "A='b c'", 'b c'],
    ['single quotes: no variables', "A='$SET ${HOME}'", '$SET ${HOME}'],
    ['single quotes: no escapes', String.raw`A='b\nc\'`, String.raw`b\nc` + '\\'],
    ['single quotes: no comment', "A='b # c'", 'b # c'],
    ['single quotes, then a comment', "A='b' # c", 'b'],
    ['single quotes over lines', "A='b\nc'", 'b\nc'],
    ['double quotes', 'A="b c"', 'b c'],
    ['double quotes: variables', 'A="$SET and ${HOME}"', 'from-environment and /home/me'],
    ['double quotes: escapes', String.raw`A="b\nc\td\re\\f\"g"`, 'b\nc\td\re\\f"g'],
    ['double quotes: an unknown escape stays', String.raw`A="\w+"`, String.raw`\w+`],
    ['double quotes: a plain dollar', String.raw`A="\$SET"`, '$SET'],
    ['double quotes: no comment', 'A="b # c"', 'b # c'],
    ['double quotes, then a comment', 'A="b"# c', 'b'],
    ['double quotes over lines', 'A="b\n\nc"', 'b\n\nc'],
    ['empty quotes', `A=""`, ''],
    ['a bare value with a variable', 'A=$HOME/x', '/home/me/x'],
    ['a bare value with a default', 'A=${NONE:-d}', 'd'],
    ['a bare value with an escaped dollar', 'A=$$5', '$5'],
    ['a variable from the line above', 'B=1\nA=${B}2', '12'],
    ['the environment wins over the line above', 'SET=here\nA=$SET', 'from-environment'],
    ['the last of several counts', 'A=1\nA=2', '2'],
    ['a later line may build on an earlier one', 'A=1\nA=${A}2', '12'],
    ['a tab around the sign', 'A\t=\tb', 'b'],
    ['export with blanks', '  export \t A = b', 'b'],
    ['a name called export', 'export=1\nA=$export', '1'],
    ['export in front of quotes', `export A="b"`, 'b'],
    ['empty single quotes', "A=''", ''],
    ['quotes after blanks', `A=  'b'`, 'b'],
    ['a comment behind empty quotes', `A="" # c`, ''],
    ['a comment of nothing', 'A=b #', 'b'],
    ['a second hash', 'A=b#c # d # e', 'b#c'],
    ['a hash at the beginning of quotes', `A="#b"`, '#b'],
    ['the other quotes inside of double quotes', `A="it's"`, "it's"],
    ['the other quotes inside of single quotes', `A='say "b"'`, 'say "b"'],
    ['backticks are ordinary', 'A=`b`', '`b`'],
    ['a lone quote inside', "A=it's", "it's"],
    ['single quotes: a line end of Windows', "A='b\r\nc'", 'b\r\nc'],
    ['double quotes: an equals sign and braces', 'A="{b=c}"', '{b=c}'],
    ['double quotes: an escaped backslash before the end', String.raw`A="b\\" # c`, 'b\\'],
    ['double quotes: an escaped dollar before braces', 'A="\\${SET}"', '${SET}'],
    ['double quotes: a doubled dollar', 'A="$$SET"', '$SET'],
    ['double quotes: a nested default', 'A="${NONE:-${SET}}"', 'from-environment'],
    ['a bare value with a dollar that begins no variable', 'A=5$ $1', '5$ $1'],
    ['letters of other alphabets', 'A=日本 é', '日本 é'],
    ['no line end at the end, after a comment', '# c\nA=b', 'b'],
    ['CR LF after quotes and a comment', 'A="b" # c\r\nB=c', 'b'],
    ['CR LF', 'A=b\r\nB=c\r\n', 'b'],
    ['a byte order mark', '\uFEFFA=b', 'b'],
    ['comments and blank lines around', '# c\n\n   # d\nA=b\n#A=c', 'b'],
    ['names with dots and dashes', 'a.b-c=1\nA=b', 'b'],
    ['a name that objects have', '__proto__=x\nA=b', 'b'],
  ])('%s: %j is %j', (_what, text, value) => {
    expect(valueOf(text)).toBe(value)
  })

  test('names that objects have are names like any other', () => {
    expect(parseDotenv('__proto__=x\nconstructor=y', lookup)).toEqual(
      new Map([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    )
  })
})

describe('errors are told with their place and take no neighbour along', () => {
  test.each([
    ['no equals sign', 'A b\nB=1', 0, 3, 'this line is not NAME=VALUE'],
    ['no name', '=b\nB=1', 0, 2, 'this line is not NAME=VALUE'],
    ['a name that is none', '1A=b\nB=1', 0, 4, 'this line is not NAME=VALUE'],
    ['a YAML line', 'A: b\nB=1', 0, 4, 'this line is not NAME=VALUE'],
    ['a quote that is never closed', 'A="b\nB=1', 0, 1, 'A begins with a quote that is never closed'],
    ['a single quote that is never closed', "A='b\nB=1", 0, 1, 'A begins with a quote that is never closed'],
    ['text after the quote', 'A="b"c\nB=1', 0, 1, 'A has text after its closing quote'],
    ['export of nothing', 'export A\nB=1', 0, 8, 'this line is not NAME=VALUE'],
    ['a name in quotes', '"A"=b\nB=1', 0, 5, 'this line is not NAME=VALUE'],
    ['a name with a blank', 'A C=b\nB=1', 0, 5, 'this line is not NAME=VALUE'],
    ['text after the single quotes', "A='it''s'\nB=1", 0, 1, 'A has text after its closing quote'],
    ['a comment without a blank after text', 'A="b"c # d\nB=1', 0, 1, 'A has text after its closing quote'],
    [
      'a quote that only an escaped one closes',
      String.raw`A="b\"` + '\nB=1',
      0,
      1,
      'A begins with a quote that is never closed',
    ],
    ['a malformed variable in quotes', 'A="${x!}"\nB=1', 0, 1, 'A has a "${" that is not a variable'],
    ['a malformed variable', 'A=${\nB=1', 0, 1, 'A has a "${" that is not a variable'],
  ])('%s: %j', (_what, text, start, end, message) => {
    const { entries, errors } = readDotenv(text)
    expect(errors).toMatchObject([{ start, end, message }])
    expect(entries.map(({ name }) => name)).toEqual(['B'])
  })

  test('no message repeats a value', () => {
    for (const line of ['hunter2', 'A="hunter2', "A='x' hunter2", 'A=${hunter2!}']) {
      const [mistake] = readDotenv(line).errors
      expect(`${mistake?.message} ${mistake?.hint}`).not.toContain('hunter2')
    }
  })

  test('a value that needs a missing variable is known as such', () => {
    const values = fillDotenv(readDotenv('A=$NONE\nB=${A:-d}'), lookup)
    expect(values.get('A')?.lack).toMatchObject({ name: 'A', message: 'A needs the variable NONE, which is not set' })
    expect(values.get('B')?.text).toBe('d')
    expect(parseDotenv('A=$NONE\nB=1', lookup)).toEqual(new Map([['B', '1']]))
  })
})

test('a line that can not be read says what it seems to set', () => {
  const { errors } = readDotenv('A: 1\nB="x\nexport C\n=d\n1E=2')
  expect(errors.map(({ name }) => name)).toEqual(['A', 'B', 'C', null, null])
})

test('a name tells its place', () => {
  expect(readDotenv('#\nexport  A=b').entries).toMatchObject([{ name: 'A', start: 10, end: 11 }])
})

test('reading never throws, and every place lies in the text', () => {
  const unit = fc.constantFrom('A', '=', '"', "'", '\\', '\n', '\r', ' ', '#', '$', '{', '}', 'export ')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      const { entries, errors } = readDotenv(text)
      for (const { start, end } of [...entries, ...errors]) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThan(start)
        expect(start).toBeLessThan(text.length)
      }
    }),
  )
})

test('single quotes keep any text without a quote as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes("'"))
      expect(valueOf(`A='${text}'`)).toBe(text)
    }),
  )
})
