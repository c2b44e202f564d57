import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ImportReport } from '../../src/import/report.ts'
import { emptyFolder, importWith } from './support.ts'

const cases = fileURLToPath(new URL('cases', import.meta.url))
const names = readdirSync(cases).filter((name) => !name.endsWith('.expected'))

test('there are at least sixty old files to read', () => {
  expect(names.length).toBeGreaterThanOrEqual(60)
})

describe('each old file comes to the p2p.yaml, the warnings and the report beside it:', () => {
  test.each(names)('%s', async (name) => {
    const cwd = emptyFolder()
    copyFileSync(join(cases, name), join(cwd, name))
    const said = await importWith({ cwd }, { files: [name] })
    const strict = await importWith({ cwd }, { files: [name], strict: true })
    const report = JSON.parse((await importWith({ cwd }, { files: [name], json: true })).stdout) as ImportReport
    await expect(
      [
        `exit status ${said.status}, with --strict ${strict.status}`,
        section('p2p.yaml', said.stdout),
        section('messages', said.stderr),
        section('report', `${reportLines(report).join('\n')}\n`),
      ].join('\n'),
    ).toMatchFileSnapshot(join(cases, `${name}.expected`))
    expect(report.document ?? '').toBe(said.stdout)
  })
})

function section(title: string, text: string): string {
  return `\n=== ${title} ===\n${text}`
}

/** Without what the other sections show already. */
function reportLines({ files, tunnels, accounts, secrets, comments, diagnostics }: ImportReport): string[] {
  const line = (what: string) => (value: object) => `${what} ${JSON.stringify(value)}`
  return [
    ...files.map(line('file')),
    ...tunnels.map(line('tunnel')),
    ...accounts.map(line('account')),
    ...secrets.map(line('secret')),
    ...comments.map(line('comment')),
    ...diagnostics.map(({ code, line: at, column }) => `${code} at ${at ?? ''}:${column ?? ''}`),
  ]
}
