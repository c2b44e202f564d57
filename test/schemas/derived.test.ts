import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('types, validators and reference page are those of the schema', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/derive.mjs', '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
