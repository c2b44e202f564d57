import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { Diagnostic, Place } from '../../src/core/diagnostic.ts'
import { P2pError } from '../../src/core/errors.ts'
import { diagnosticsJson, formatBug, formatDiagnostics, formatError } from '../../src/report/diagnostics.ts'

const plain = { colour: false, masks: [] }

function place(text: string | null, marked: string, more: Partial<Place> = {}): Place {
  const column = Math.max(0, text?.indexOf(marked) ?? 0) + 1
  return { file: 'p2p.yaml', line: 5, column, length: marked.length, text, ...more }
}

function mistake(message: string, at: Place | null, more: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: 'error', code: 'wrong-type', message, path: [], place: at, hint: null, related: [], ...more }
}

async function drawn(...diagnostics: Diagnostic[]): Promise<string> {
  return `\n${await formatDiagnostics(diagnostics, plain)}`
}

test('a mistake is told in three parts: what, where, what to try', async () => {
  const at = place('    port: nope', 'nope')
  expect(await drawn(mistake('tunnels.db.port must be a whole number', at, { hint: 'port: 5432' }))).toBe(`
p2p.yaml:5:11  tunnels.db.port must be a whole number
    5 |     port: nope
      |           ^^^^   try: port: 5432
`)
})

test('the messages of a list stand in one column', async () => {
  expect(
    await drawn(
      mistake(
        'tunnels.ssh-pi.port must be a port from 1 to 65535, or auto',
        place('    port: 330000', '330000', { line: 7 }),
      ),
      mistake(
        'unknown key "udi" in tunnels.ssh-pi.connectd; did you mean "uid"?',
        place(null, '', { line: 9, column: 7 }),
      ),
    ),
  ).toBe(`
p2p.yaml:7:11  tunnels.ssh-pi.port must be a port from 1 to 65535, or auto
    7 |     port: 330000
      |           ^^^^^^
p2p.yaml:9:7   unknown key "udi" in tunnels.ssh-pi.connectd; did you mean "uid"?
`)
})

describe('the caret stands under what is meant', () => {
  test.each([
    ['\t\tport: x', 'x'],
    ['東京: { port: ü }', 'ü'],
    ['a: "日本語" # x', '日本語'],
    ['é́: x', 'x'],
    ['👩‍👩‍👧: x', 'x'],
    ['a: x\r', 'x'],
    ['bell\x07: x', 'x'],
  ])('%j', async (text, marked) => {
    const [, line = '', caret = ''] = (await formatDiagnostics([mistake('m', place(text, marked))], plain)).split('\n')
    const column = (part: string): number => stringWidth(part.replaceAll('\t', '        '))
    const indent = caret.slice(0, caret.indexOf('^'))
    expect(column(indent)).toBe(column(line.slice(0, line.lastIndexOf(marked))))
    expect(caret.slice(caret.indexOf('^'))).toBe('^'.repeat(stringWidth(marked)))
  })

  test('also past the line’s end, where something is missing', async () => {
    expect(await drawn(mistake('m', { file: 'f', line: 1, column: 4, length: 1, text: 'a: ' }))).toBe(`
f:1:4  m
    1 | a: ${''}
      |    ^
`)
  })

  test('in a line of any length, of which a window is shown', async () => {
    const text = `${'a'.repeat(10_000)}HERE${'b'.repeat(10_000)}`
    const [, line = '', caret = ''] = (await formatDiagnostics([mistake('m', place(text, 'HERE'))], plain)).split('\n')
    expect(line.length).toBeLessThan(200)
    expect(line.indexOf('HERE')).toBe(caret.indexOf('^'))
    expect(line).toMatch(/\| …a+HEREb+…$/)
  })

  test('whatever the text holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 40 }),
        async (text, skip, length) => {
          const at: Place = { file: 'f', line: 1, column: skip + 1, length, text }
          const lines = (await formatDiagnostics([mistake('m', at)], plain)).split('\n')
          expect(lines.length).toBeGreaterThanOrEqual(4)
          expect(lines.find((line) => /^ +\| [\s]*\^+$/.test(line))).toBeDefined()
        },
      ),
    )
  })
})

test('a hint without excerpt has its own line, and so has each other place', async () => {
  const first = place(null, '', { line: 3, column: 5 })
  expect(
    await drawn(
      mistake('port 33000 is used twice', place(null, ''), {
        hint: 'port: auto',
        related: [{ message: 'first used here', place: first }],
      }),
    ),
  ).toBe(`
p2p.yaml:5:1  port 33000 is used twice
      try: port: auto
      first used here: p2p.yaml:3:5
`)
})

test('a warning says that it is one', async () => {
  expect(await drawn(mistake('accounts.default.password is in the file', null, { severity: 'warning' }))).toBe(
    '\nwarning: accounts.default.password is in the file\n',
  )
})

test('as JSON each has file, line, column, path, code and message', () => {
  const diagnostic = mistake('m "hunter22"', place('port: x', 'x'), { path: ['tunnels', 'db', 0], hint: 'h' })
  expect(JSON.parse(diagnosticsJson([diagnostic, mistake('n', null)], ['hunter22']))).toEqual([
    {
      severity: 'error',
      code: 'wrong-type',
      message: 'm "***"',
      hint: 'h',
      path: ['tunnels', 'db', 0],
      file: 'p2p.yaml',
      line: 5,
      column: 7,
    },
    { severity: 'error', code: 'wrong-type', message: 'n', hint: null, path: [], file: null, line: null, column: null },
  ])
  expect(diagnosticsJson([], [])).toBe('[]\n')
})

describe('a failed command', () => {
  test('shows every mistake, then what failed and what to try', async () => {
    const error = new P2pError('config.invalid', 'p2p.yaml has 1 mistake', {
      hint: 'p2p config -q',
      details: [mistake('m', place('port: x', 'x'))],
    })
    expect(await formatError(error, { ...plain, debug: false })).toBe(`p2p.yaml:5:7  m
    5 | port: x
      |       ^
p2p: p2p.yaml has 1 mistake
     try: p2p config -q
`)
  })

  test('shows a stack only with --debug, and never the words of a library', async () => {
    const cause = new Error('near "password: hunter22" at line 3')
    const error = new P2pError('config.unreadable', 'p2p.yaml is no YAML', { cause })
    expect(await formatError(error, { ...plain, debug: false })).toBe('p2p: p2p.yaml is no YAML\n')
    const shown = await formatError(error, { ...plain, debug: true })
    expect(shown).toMatch(/\n\s+at .*diagnostics\.test/)
    expect(shown).toContain('caused by Error')
    expect(shown).not.toContain('hunter22')
  })
})

describe('a bug', () => {
  test('says that it is one and what to do', () => {
    expect(formatBug(new Error('x'), { ...plain, debug: false })).toBe(
      'p2p: this is a bug in p2p, not in your project\n     try: the same command with --debug, and report what it prints\n',
    )
  })

  test('with --debug names what the engine said about our code, but no data', () => {
    const debug = { ...plain, debug: true }
    expect(formatBug(new TypeError('x is not a function'), debug)).toContain('TypeError: x is not a function')
    expect(formatBug(new SyntaxError('Unexpected token in hunter22'), debug)).not.toContain('hunter22')
    expect(formatBug(Object.assign(new TypeError('got hunter22'), { code: 'ERR_X' }), debug)).toContain(
      'TypeError ERR_X',
    )
    expect(formatBug('hunter22', debug)).toContain('a thrown string')
  })
})
