import { expect, test } from 'vitest'
import { helpCommand, helpText } from '../../src/cli/help.ts'
import { commands } from '../../src/cli/table.ts'
import { P2pError } from '../../src/core/errors.ts'
import { fakeContext } from '../support/context.ts'

test('p2p help reads as it always did', async () => {
  await expect(await helpText(commands, 'all', 80)).toMatchFileSnapshot('help/p2p.txt')
  await expect(await helpText(commands, null, 80)).toMatchFileSnapshot('help/first.txt')
})

test.each(commands.map((command) => [command.name, command] as const))('so does p2p help %s', async (name, command) => {
  await expect(await helpText(commands, command, 80)).toMatchFileSnapshot(`help/${name}.txt`)
})

test.each([80, 100, 200, null])('help in %s columns is at most 100 wide, so that it reads well', async (columns) => {
  for (const command of [null, 'all', ...commands] as const) {
    for (const line of (await helpText(commands, command, columns)).split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(Math.min(columns ?? 100, 100))
    }
  }
})

test('every command has a summary, and every flag and example says what it does', () => {
  for (const { name, summary, flags, examples } of commands) {
    expect(summary, name).toMatch(/^[A-Z].*[^.]$/)
    for (const [flag, { describe }] of Object.entries(flags)) expect(describe, flag).toMatch(/^[A-Z].*[^.]$/)
    for (const [line, meaning] of examples) {
      expect(line, name).toMatch(/^(?:eval "\$\()?p2p /)
      expect(meaning, line).not.toBe('')
    }
  }
})

test('help COMMAND takes aliases, and suggests where there is no such command', async () => {
  const ctx = fakeContext()
  const { run } = helpCommand(commands)
  await run(ctx, { topic: 'start' })
  expect(ctx.said.stdout).toContain('Usage: p2p up')
  const error: unknown = await run(ctx, { topic: 'dwon' }).catch((thrown: unknown) => thrown)
  if (!(error instanceof P2pError)) throw new Error('was understood')
  expect([error.code, error.hint]).toEqual(['usage', 'did you mean p2p down?'])
})
