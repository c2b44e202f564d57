import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const script = join(import.meta.dirname, '../../scripts/mutation.mjs')

test.runIf(process.platform === 'linux')('what can signal is not mutated among the processes of others', () => {
  // As if unshare had made no namespace. Nothing is there to be mutated, should it not refuse.
  const env = { ...process.env, P2P_MUTATION_OUTSIDE: readlinkSync('/proc/self/ns/pid') }
  for (const targets of [['runtime/nothing'], ['core/nothing', 'supervise/nothing'], ['nothing']]) {
    const { status, stderr } = spawnSync(process.execPath, [script, ...targets], { env, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('refused: this is no PID namespace of its own')])
  }
})
