import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folderWith, load, mistakesIn } from './support.ts'

// Each file of wrong/ holds a project that is wrong and what people are told about it, in sections:
//
//     -- p2p.yaml --
//     -- told --
//
// The files are written into a folder; `-- env --` sets variables, `-- options --` flags (profile NAME, file PATH). With
// UPDATE_WRONG=1 what is told now is written into the file: read it before you commit it.

const folder = join(dirname(fileURLToPath(import.meta.url)), 'wrong')

test.each(readdirSync(folder).map((name) => [basename(name, '.txt')]))('%s', async (name) => {
  const path = join(folder, `${name}.txt`)
  const text = readFileSync(path, 'utf8')
  const sections = sectionsOf(text)
  const { told, env = '', options = '', ...files } = sections
  const flags = options.split('\n').map((line) => line.split(' '))
  const valuesOf = (flag: string): string[] => flags.flatMap(([key, value = '']) => (key === flag ? [value] : []))
  const project = folderWith(files)
  const result = await mistakesIn(
    load(project, {
      env: Object.fromEntries(env.split('\n').map((line) => line.split(/=(.*)/).slice(0, 2) as [string, string])),
      globals: { files: valuesOf('file'), profiles: valuesOf('profile') },
    }),
  )
  const shown = result.replaceAll(project, '/project')
  if (process.env['UPDATE_WRONG'] === '1')
    writeFileSync(path, `${text.replace(/-- told --\n[^]*$/, '')}-- told --\n${shown}`)
  else expect(shown).toBe(told)
})

test('there are as many wrong files as it takes to know the language', () => {
  expect(readdirSync(folder).length).toBeGreaterThanOrEqual(60)
})

function sectionsOf(text: string): Record<string, string> {
  const parts = text.split(/^-- (.+) --\n/m)
  const sections: Record<string, string> = {}
  for (let index = 1; index < parts.length; index += 2) sections[parts[index] ?? ''] = parts[index + 1] ?? ''
  return sections
}
