import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/table.ts'
import { mainFile } from '../support/process.ts'

const page = join(dirname(mainFile), 'p2p.1')

test('the man page names every command and flag', () => {
  const text = readFileSync(page, 'utf8').replaceAll('\\-', '-')
  for (const { name, flags } of commands) {
    expect(text).toContain(`.SS "p2p ${name}`)
    for (const flag of Object.keys(flags)) expect(text, name).toContain(`--${flag}`)
  }
})

test.runIf(spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error === undefined)(
  'mandoc reads it as it is meant',
  () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' })
    // The same source gives the same package: no date.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([])
    const drawn = spawnSync('mandoc', ['-T', 'ascii', page], { encoding: 'utf8' }).stdout.replace(/.\x08/g, '')
    expect(drawn).toMatch(/p2p up \[NAME\.\.\.\]\n +Open tunnels/)
  },
)
