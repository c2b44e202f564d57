import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logPrinter } from '../../src/report/logs.ts'
import { fakeContext } from '../support/context.ts'

function printed(
  write: (print: ReturnType<typeof logPrinter>) => void,
  { prefix = true, masks = [] as string[], colour = false } = {},
): string {
  const ctx = fakeContext()
  ctx.stdout.colour = colour
  write(logPrinter(ctx.stdout, ['ssh-pi', 'db'], { prefix, masks }))
  return ctx.said.stdout
}

test('each line bears the name of its tunnel, in one column', () => {
  expect(
    printed((log) => {
      log.write('ssh-pi', 'one\ntwo\n')
      log.write('db', 'three\n')
    }),
  ).toBe('ssh-pi | one\nssh-pi | two\ndb     | three\n')
})

test('without prefix the lines are bare', () => {
  expect(
    printed(
      (log) => {
        log.write('db', 'three\n')
      },
      { prefix: false },
    ),
  ).toBe('three\n')
})

test('each tunnel has its colour', () => {
  expect(
    printed(
      (log) => {
        log.write('ssh-pi', 'a\n')
        log.write('db', 'b\n')
      },
      { colour: true },
    ),
  ).toBe('\x1b[36mssh-pi | \x1b[39ma\n\x1b[33mdb     | \x1b[39mb\n')
})

test('a line that arrives in pieces is printed once, whole, and not mixed with another tunnel’s', () => {
  expect(
    printed((log) => {
      log.write('ssh-pi', 'one ')
      log.write('db', 'x\n')
      log.write('ssh-pi', 'line\nrest')
      log.flush()
      log.flush()
    }),
  ).toBe('db     | x\nssh-pi | one line\nssh-pi | rest\n')
})

test('flushing one tunnel leaves the others alone', () => {
  expect(
    printed((log) => {
      log.write('ssh-pi', 'a')
      log.write('db', 'b')
      log.flush('db')
    }),
  ).toBe('db     | b\n')
})

test('characters that are cut in two by a chunk come out whole', () => {
  const bytes = Buffer.from('日本\n')
  expect(
    printed((log) => {
      log.write('db', bytes.subarray(0, 4))
      log.write('db', bytes.subarray(4))
    }),
  ).toBe('db     | 日本\n')
})

test('line ends of Windows and progress bars leave the last state of the line', () => {
  expect(
    printed((log) => {
      log.write('db', 'one\r\n10%\r50%\r100%\r\n')
    }),
  ).toBe('db     | one\ndb     | 100%\n')
})

test('what a tunnel says cannot command the terminal or show a secret', () => {
  expect(
    printed(
      (log) => {
        log.write('db', 'clear \x1b[2J pass hunter22\n')
      },
      { masks: ['hunter22'] },
    ),
  ).toBe('db     | clear \\x1b[2J pass ***\n')
})

test('a line without end is printed in pieces, and no piece shows a secret', () => {
  const said = printed(
    (log) => {
      for (let chunk = 0; chunk < 100; chunk += 1) log.write('db', `${'x'.repeat(1021)}hunt`)
      log.write('db', 'er22')
      for (let chunk = 0; chunk < 100; chunk += 1) log.write('db', `er22${'x'.repeat(1016)}hunt`)
      log.flush()
    },
    { masks: ['hunter22'] },
  )
  const lines = said.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(2)
  expect(said).not.toContain('hunter22')
  expect(lines.map((line) => line.replace('db     | ', '')).join('')).not.toContain('hunter22')
})

test('however the text is cut into chunks, the same lines come out', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
      (text, sizes) => {
        const bytes = Buffer.from(`${text}\nend\n`)
        const whole = printed((log) => {
          log.write('db', bytes)
        })
        const cut = printed((log) => {
          let at = 0
          for (const size of sizes) {
            log.write('db', bytes.subarray(at, at + size))
            at += size
          }
          log.write('db', bytes.subarray(at))
        })
        expect(cut).toBe(whole)
      },
    ),
  )
})
