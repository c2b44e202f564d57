import { expect, test } from 'vitest'
import type { Globals } from '../../src/core/context.ts'
import { note } from '../../src/report/lines.ts'
import { fakeContext } from '../support/context.ts'

test.each<[Partial<Globals>, string]>([
  [{}, 'note: said \\x1b[2J ***\n'],
  [{ progress: 'plain' }, 'note: said \\x1b[2J ***\n'],
  [{ progress: 'quiet' }, ''],
  [{ quiet: true }, ''],
  [{ progress: 'json' }, '{"at":"2026-03-01T12:00:00.000Z","type":"notice","message":"said \\u001b[2J ***"}\n'],
])('a note with %j', (globals, said) => {
  const ctx = fakeContext(globals)
  ctx.masks.push('hunter22')
  note(ctx, 'said \x1b[2J hunter22')
  expect(ctx.said).toMatchObject({ stdout: '', stderr: said })
})
