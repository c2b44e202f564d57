import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readCommandSecret, readFileSecret } from '../../src/runtime/secrets/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2p-sources-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const label = 'password of account default'

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode })
  return path
}

describe('a file', () => {
  test.each([
    ['with a newline', 's3cret\n'],
    ['without one', 's3cret'],
    ['from Windows', '\uFEFFs3cret\r\n'],
    ['with more lines', 's3cret\nnotes\n'],
  ])('%s gives its first line', (name, text) => {
    expect(readFileSecret(label, file(name, text))).toBe('s3cret')
  })

  test.each([0o640, 0o604, 0o660, 0o644])('of mode %o is refused: others may read it', (mode) => {
    const path = file(`mode ${mode}`, 's3cret')
    chmodSync(path, mode)
    const fault = readFileSecret(label, path)
    expect(fault).toEqual({
      code: 'secret.refused',
      reason: `${label}: ${path} is readable by others`,
      hint: `chmod 600 ${path}`,
    })
  })

  test('is judged by what a link leads to', () => {
    const link = join(folder, 'link')
    symlinkSync(file('open to all', 's3cret', 0o644), link)
    expect(readFileSecret(label, link)).toMatchObject({ code: 'secret.refused' })
  })

  test('that is none is refused without waiting for it', () => {
    const pipe = join(folder, 'pipe')
    expect(spawnSync('mkfifo', ['-m', '600', pipe]).status).toBe(0)
    for (const path of [pipe, folder])
      expect(readFileSecret(label, path)).toMatchObject({ reason: `${label}: ${path} is not a regular file` })
  })

  test('that is missing or too large is named', () => {
    expect(readFileSecret(label, join(folder, 'none'))).toMatchObject({ code: 'secret.missing' })
    expect(readFileSecret(label, file('large', 'x'.repeat(65_537)))).toMatchObject({ code: 'secret.refused' })
  })
})

describe('a command', () => {
  const ask = (line: string, timeoutMs?: number) =>
    readCommandSecret(label, { argv: ['sh', '-c', line], cwd: folder }, { PATH: process.env['PATH'] }, timeoutMs)

  test('gives the first line that it prints', async () => {
    expect(await ask('echo s3cret; echo more')).toBe('s3cret')
  })

  test('that fails is named, and nothing that it printed is', async () => {
    const fault = await ask('echo s3cret; echo s3cret >&2; exit 3')
    expect(fault).toMatchObject({ code: 'secret.missing', reason: `${label}: the command sh failed (status 3)` })
    expect(JSON.stringify(fault)).not.toContain('s3cret')
  })

  test('that is not there is named', async () => {
    const fault = await readCommandSecret(label, { argv: ['p2p-no-such-program'], cwd: folder }, {})
    expect(fault).toMatchObject({ reason: `${label}: the command p2p-no-such-program was not found` })
  })

  test('that takes too long is ended with its children', async () => {
    expect(await ask('sleep 1000 & echo $! >pid; wait', 200)).toMatchObject({
      reason: `${label}: the command sh timed out after 0.2 s`,
    })
    const { stdout } = spawnSync('sh', ['-c', 'ps -o stat= -p "$(cat pid)"'], { cwd: folder, encoding: 'utf8' })
    expect(stdout).toMatch(/^$|^Z/)
  })
})
