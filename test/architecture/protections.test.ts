/** Patches that the slow suites apply fit today's code: told here, at once, and not after half an hour. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const patches = readdirSync(resolve(root, 'scripts/protections')).filter((name) => name.endsWith('.patch'))

test.each(patches)('still applies: %s', (name) => {
  const { status, stderr } = spawnSync('git', ['apply', '--check', '--recount', `scripts/protections/${name}`], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
})
