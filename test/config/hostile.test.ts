import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { P2pError } from '../../src/core/errors.ts'
import { folderWith, load, loadText, mistakesIn } from './support.ts'

const mebibyte = 1024 * 1024

test('of very many mistakes the first two hundred are told', async () => {
  const tunnels = Array.from({ length: 500 }, (_, index) => `  t${index}: 1\n`).join('')
  const error = await loadText(`tunnels:\n${tunnels}`).catch((error: unknown) => error as P2pError)
  expect(error).toMatchObject({ message: 'p2p.yaml has at least 200 errors' })
})

describe('what is no text is told as what it is', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['more than a mebibyte', 'x'.repeat(mebibyte + 1), 'is larger than 1 MiB'],
    ['bytes that are no UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]), 'p2p.yaml:1:4  this is not UTF-8 text'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0x3a, 0x00]), 'p2p.yaml:1:1  this is not UTF-8 text'],
    ['NUL', 'name: a\n# \0\n', 'p2p.yaml:2:3  control character'],
    ['an escape sequence', 'name: "\x1b[31m"\n', 'p2p.yaml:1:8  control character'],
  ])('%s', async (_what, content, told) => {
    const folder = folderWith({ 'p2p.yaml': content })
    expect(await mistakesIn(load(folder))).toContain(told)
  })

  test('a replacement character that the file itself holds is text', async () => {
    const { project } = await loadText(
      'tunnels: { a: { port: 80, description: "\uFFFD", tcp: { to: "10.0.0.5:80" } } }\n',
    )
    expect(project.tunnels[0]?.description).toBe('\uFFFD')
  })

  test('a byte order mark and CR LF are no part of the text', async () => {
    const { project } = await loadText(
      '\uFEFFname: lab\r\ntunnels:\r\n  a:\r\n    port: 80\r\n    tcp: { to: "10.0.0.5:80" }\r\n',
    )
    expect([project.name, project.tunnels[0]?.target]).toEqual(['lab', '10.0.0.5:80'])
  })

  test('a folder, a pipe, a device and a link that leads nowhere are refused at once', async () => {
    const folder = folderWith({ 'folder/p2p.yaml/x': '' })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    symlinkSync(join(folder, 'nothing'), join(folder, 'link'))
    const told = (file: string): Promise<string> => mistakesIn(load(folder, { globals: { files: [file] } }))
    expect(await told('folder/p2p.yaml')).toContain('folder/p2p.yaml is a folder')
    expect(await told('pipe')).toContain('pipe is not a regular file')
    expect(await told('/dev/zero')).toContain('/dev/zero is not a regular file')
    expect(await told('link')).toContain('link does not exist')
    expect(await told('pipe/x')).toContain('pipe/x does not exist')
  })

  test('standard input is held to the same', async () => {
    const folder = folderWith({})
    const globals = { files: ['-'] }
    expect(await mistakesIn(load(folder, { globals, stdin: 'x'.repeat(mebibyte + 1) }))).toContain(
      'standard input is larger than 1 MiB',
    )
    expect(await mistakesIn(load(folder, { globals, stdin: 'nmae: x\ntunnels: {}\n' }))).toContain('-:1:1  unknown key')
  })
})

test('keys that objects have do no harm', async () => {
  const { project } = await loadText(`
accounts: { constructor: { user: a, password: { env: A } } }
tunnels:
  constructor: { port: 80, connectd: { uid: 80:00:00:00:01:00:0A:C2, account: constructor } }
  hasownproperty: { port: 81, depends_on: [constructor], labels: { __proto__: x }, environment: { __proto__: y }, tcp: { to: "10.0.0.5:80" } }
`)
  const spec = project.tunnels[1]
  expect(Object.entries(spec?.labels ?? {})).toEqual([['__proto__', 'x']])
  expect(Object.entries(spec?.launch.env ?? {})).toEqual([['__proto__', 'y']])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})
