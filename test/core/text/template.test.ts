import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  escapeTemplate,
  expandTemplate,
  fillTemplate,
  hasOwnText,
  isMalformed,
  parseTemplate,
  variablesOf,
} from '../../../src/core/text/template.ts'

const values: Record<string, string> = { SET: 'value', EMPTY: '', OTHER: 'other', _x9: 'odd', DOLLAR: '$SET ${SET}' }
const lookup = (name: string): string | undefined => (Object.hasOwn(values, name) ? values[name] : undefined)

describe('every form of the compose grammar', () => {
  test.each([
    // [what, text, expanded]
    ['plain text', 'plain', 'plain'],
    ['nothing', '', ''],
    ['bare', '$SET', 'value'],
    ['bare, up to what no name has', '$SET/x-$OTHER.$_x9', 'value/x-other.odd'],
    ['braced', '${SET}', 'value'],
    ['braced inside of a word', 'a${SET}b', 'avalueb'],
    ['braced empty', '${EMPTY}', ''],
    ['default of a set one', '${SET:-d}', 'value'],
    ['default of an empty one', '${EMPTY:-d}', 'd'],
    ['default of an unset one', '${NONE:-d}', 'd'],
    ['default without colon: empty counts as set', '${EMPTY-d}', ''],
    ['default without colon, unset', '${NONE-d}', 'd'],
    ['empty default', '${NONE:-}', ''],
    ['required and set', '${SET:?e}', 'value'],
    ['required without colon and empty', '${EMPTY?e}', ''],
    ['replacement of a set one', '${SET:+r}', 'r'],
    ['replacement of an empty one', '${EMPTY:+r}', ''],
    ['replacement of an unset one', '${NONE:+r}', ''],
    ['replacement without colon of an empty one', '${EMPTY+r}', 'r'],
    ['replacement without colon of an unset one', '${NONE+r}', ''],
    ['replacement without colon of a set one', '${SET+r}', 'r'],
    ['empty default without colon', '${NONE-}', ''],
    ['empty replacement', '${SET:+}', ''],
    ['required without a message, and set', '${SET:?}', 'value'],
    ['required is not looked at when it is set', '${SET:?${NONE}}', 'value'],
    ['a replacement that is not needed', '${NONE:+${ALSO}}', ''],
    ['a default is kept as it is written', '${NONE:- a b }', ' a b '],
    ['signs of an operator alone are a default', '${NONE:-:-}', ':-'],
    ['quotes mean nothing', `\${NONE:-"a" 'b'}`, `"a" 'b'`],
    ['line ends mean nothing', '${NONE:-a\nb}', 'a\nb'],
    ['names with digits and underscores', '${_x9}$_x9', 'oddodd'],
    ['a value is not looked into', '$DOLLAR ${DOLLAR}', '$SET ${SET} $SET ${SET}'],
    ['all of them, nested in each other', '${NONE:-<${EMPTY:+x}${SET+[${ALSO-$$${OTHER?no}}]}>}', '<[$other]>'],
    ['nested default', '${NONE:-${ALSO:-deep}}', 'deep'],
    ['nested in a default with text around', '${NONE:-a${SET}b}', 'avalueb'],
    ['bare in a default', '${NONE:-$OTHER}', 'other'],
    ['nested in a replacement', '${SET:+<${OTHER}>}', '<other>'],
    ['a default is not looked at when it is not needed', '${SET:-${NONE}}', 'value'],
    ['operators inside of a default', '${NONE:-a:-b?c+d}', 'a:-b?c+d'],
    ['a default ends at the first closing brace', '${NONE:-{port}}', '{port}'],
    ['escaped', '$$SET', '$SET'],
    ['escaped twice', '$$$$', '$$'],
    ['escaped, then a variable', '$$$SET', '$value'],
    ['escaped in a default', '${NONE:-$$x}', '$x'],
    ['escaped brace', '$${SET}', '${SET}'],
    ['before anything else a dollar stays', '$1 $. $ $-', '$1 $. $ $-'],
    ['at the end a dollar stays', 'a$', 'a$'],
    ['braces alone stay', '{port} }{', '{port} }{'],
    ['letters of other alphabets begin no name', '$é', '$é'],
  ])('%s: %j becomes %j', (_what, text, expanded) => {
    expect(expandTemplate(text, lookup)).toEqual({ value: expanded })
  })

  test.each([
    ['bare', '$NONE', 'NONE', null],
    ['braced', 'a ${NONE}', 'NONE', null],
    ['required', '${NONE:?set it}', 'NONE', 'set it'],
    ['required and empty', '${EMPTY:?set it}', 'EMPTY', 'set it'],
    ['required without message', '${NONE?}', 'NONE', ''],
    ['required without message, with colon', '${EMPTY:?}', 'EMPTY', ''],
    ['in a replacement that is needed', '${SET:+$NONE}', 'NONE', null],
    ['in a default that is needed', '${NONE:-${ALSO:?deep}}', 'ALSO', 'deep'],
    ['a message shows no values', '${NONE:?not $SET or ${OTHER:-x}}', 'NONE', 'not ${SET} or ${OTHER}'],
  ])('%s: %j asks for %s', (_what, text, name, because) => {
    const template = parseTemplate(text)
    if (isMalformed(template)) throw new Error('it is well-formed')
    const { unset } = fillTemplate(template, lookup)
    expect(unset.map(({ variable, because }) => [variable.name, because])).toEqual([[name, because]])
    expect(expandTemplate(text, lookup)).toEqual({ missing: [name] })
  })

  test('all that is missing is named, once each', () => {
    expect(expandTemplate('$A ${B} $SET $A', lookup)).toEqual({ missing: ['A', 'B'] })
  })
})

describe('what is malformed is told with its place', () => {
  test.each([
    ['${', 0, 2, 'has a "${" without a variable name'],
    ['a ${}', 2, 5, 'has a "${" without a variable name'],
    ['${1A}', 0, 3, 'has a "${" without a variable name'],
    ['${-x}', 0, 3, 'has a "${" without a variable name'],
    ['${ A}', 0, 3, 'has a "${" without a variable name'],
    ['x${A', 1, 4, 'has a "${" that is never closed by "}"'],
    ['${A:-b', 0, 6, 'has a "${" that is never closed by "}"'],
    ['${A:-${B}', 0, 9, 'has a "${" that is never closed by "}"'],
    ['${A!b}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A:b}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A:', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A:}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A.b}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A[0]}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['${A-', 0, 4, 'has a "${" that is never closed by "}"'],
    ['${A?', 0, 4, 'has a "${" that is never closed by "}"'],
    ['${A:+$B', 0, 7, 'has a "${" that is never closed by "}"'],
    ['${é}', 0, 3, 'has a "${" without a variable name'],
    ['${$A}', 0, 3, 'has a "${" without a variable name'],
    ['${\nA}', 0, 3, 'has a "${" without a variable name'],
    ['${A b}', 0, 4, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +'],
    ['ok ${SET} ${A:-${!}}', 15, 18, 'has a "${" without a variable name'],
  ])('%j', (text, start, end, message) => {
    expect(parseTemplate(text)).toEqual({ start, end, message })
  })

  test('nesting has a limit, far above what anybody writes', () => {
    const nested = (depth: number): string => '${A:-'.repeat(depth) + 'x' + '}'.repeat(depth)
    expect(expandTemplate(nested(50), lookup)).toEqual({ value: 'x' })
    expect(parseTemplate(nested(51))).toMatchObject({ message: 'has variables nested more than 50 deep' })
    expect(parseTemplate(nested(100_000))).toMatchObject({ message: 'has variables nested more than 50 deep' })
  })
})

test('variables tell their place in the text', () => {
  expect(parseTemplate('ab ${SET:-x} $OTHER')).toMatchObject([
    'ab ',
    { name: 'SET', start: 3, end: 12 },
    ' ',
    { name: 'OTHER', start: 13, end: 19 },
  ])
})

test('every variable that is mentioned is listed, those in defaults too', () => {
  const template = parseTemplate('$A ${B:-$C ${D+$E}} ${F:?$G} $A')
  expect(isMalformed(template) ? [] : variablesOf(template)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'])
})

test.each([
  ['${A}', false],
  ['$A${B}', false],
  ['${A:?set it}', false],
  ['${A:-}', false],
  ['${A:-$B}', false],
  ['${A:-x}', true],
  ['${A:+x}', true],
  ['x$A', true],
  ['$$', true],
])('%j has text of its own: %s', (text, expected) => {
  const template = parseTemplate(text)
  expect(isMalformed(template) ? null : hasOwnText(template)).toBe(expected)
})

test('an escaped text expands to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', 'é', ' ') }), (text) => {
      expect(expandTemplate(escapeTemplate(text), () => undefined)).toEqual({ value: text })
    }),
  )
})

test('reading never throws and takes time in proportion to the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '${', '}', ':-', '?', 'A', ' ') }), (text) => {
      const template = parseTemplate(text)
      if (isMalformed(template)) expect(template.end).toBeLessThanOrEqual(text.length)
    }),
  )
  // Of this process alone, however busy the machine is: a square of the length would take minutes.
  const started = process.cpuUsage()
  for (const text of ['$A', '${A', '}', '$', '${A:-$', '${A}']) parseTemplate(text.repeat(500_000 / text.length))
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(10_000)
})
