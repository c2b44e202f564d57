import { expect, test } from 'vitest'
import type { Output } from '../../src/core/context.ts'
import { Screen } from '../../src/report/screen.ts'

/** A terminal of changeable size that keeps what each drawing sent. */
function terminal(): { output: Output; size: { columns: number; rows: number }; sent: () => string } {
  const size = { columns: 80, rows: 24 }
  let sent = ''
  const output: Output = {
    write: (text) => {
      sent += text
    },
    isTTY: true,
    colour: false,
    get columns() {
      return size.columns
    },
    get rows() {
      return size.rows
    },
  }
  return {
    output,
    size,
    sent: () => {
      const since = sent
      sent = ''
      return since
    },
  }
}

test('only lines that changed are sent', () => {
  const { output, sent } = terminal()
  const screen = new Screen(output)
  screen.draw('one\ntwo\nthree\n')
  sent()
  screen.draw('one\nTWO\nthree\n')
  expect(sent()).toBe('\x1b[2;1H\x1b[KTWO')
  screen.draw('one\nTWO\nthree\n')
  expect(sent()).toBe('')
})

test('lines that are gone are cleared', () => {
  const { output, sent } = terminal()
  const screen = new Screen(output)
  screen.draw('one\ntwo\nthree\n')
  sent()
  screen.draw('one\n')
  expect(sent()).toBe('\x1b[2;1H\x1b[J')
})

test('after a change of its size everything is drawn anew', () => {
  const { output, size, sent } = terminal()
  const screen = new Screen(output)
  screen.draw('one\ntwo\n')
  sent()
  size.columns = 60
  screen.draw('one\ntwo\n')
  expect(sent()).toBe('\x1b[2J\x1b[1;1H\x1b[Kone\x1b[2;1H\x1b[Ktwo')
})

test('what does not fit is counted in the last line', () => {
  const { output, size, sent } = terminal()
  size.rows = 3
  const screen = new Screen(output)
  sent()
  screen.draw('1\n2\n3\n4\n5\n')
  expect(sent()).toBe('\x1b[2J\x1b[1;1H\x1b[K1\x1b[2;1H\x1b[K2\x1b[3;1H\x1b[K... and 3 more lines')
})

test('the cursor, line wrapping and what was on the terminal come back', () => {
  const { output, sent } = terminal()
  const screen = new Screen(output)
  expect(sent()).toBe('\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J')
  screen.end()
  expect(sent()).toBe('\x1b[?7h\x1b[?25h\x1b[?1049l')
})
