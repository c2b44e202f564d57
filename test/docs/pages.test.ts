import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsIn, commandLines, commandsIn, linksIn, pages, root, textOf } from './markdown.ts'

test.each(pages)('%s: one title, and every link leads somewhere', (page) => {
  const text = textOf(page)
  expect(text.replace(/^```[\s\S]*?^```/gm, '').match(/^# /gm)).toHaveLength(1)
  const dead = linksIn(text).filter((link) => {
    if (/^https?:/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const file = path === '' ? resolve(root, page) : resolve(root, dirname(page), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && !anchorsIn(readFileSync(file, 'utf8')).includes(anchor)
  })
  expect(dead).toEqual([])
})

test('every page of docs and every example can be found from an index', () => {
  const index = linksIn(textOf('docs/index.md'))
  for (const page of readdirSync(resolve(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'index.md'))
    expect(index).toContain(page)
  const examples = readdirSync(resolve(root, 'examples'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  expect(linksIn(textOf('examples/README.md'))).toEqual(examples.map(({ name }) => `${name}/p2p.yaml`))
})

test('docs/states.md has every state that p2p tells, in the picture and in the table', () => {
  const { $defs } = JSON.parse(readFileSync(resolve(root, 'schemas/output.schema.json'), 'utf8')) as {
    $defs: { state: { enum: string[] } }
  }
  const text = textOf('docs/states.md')
  const picture = /```mermaid\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  const inPicture = new Set([...picture.matchAll(/^ {2}(?:state )?(\w+)/gm)].map(([, name]) => name))
  const inTable = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  expect([...inPicture].sort()).toEqual([...$defs.state.enum].sort())
  expect(inTable.sort()).toEqual([...$defs.state.enum].sort())
})

test('command lines are found in blocks and in text', () => {
  const text =
    'Say `p2p up db` or:\n\n```sh\ncd x && p2p ps --json   # all\ncurl "$(p2p url web)"\n```\n`p2p`, `p2p.yaml`\n'
  expect(commandLines(text)).toEqual(['cd x && p2p ps --json', 'curl "$(p2p url web)"', 'p2p up db'])
  expect(commandLines(text).flatMap(commandsIn)).toEqual([
    ['ps', '--json'],
    ['url', 'web'],
    ['up', 'db'],
  ])
})
