import { execFile, execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { P2pError } from '../../src/core/errors.ts'
import { diagnosticsOf, folderWith, load, loadText, mistakesIn } from './support.ts'

const mebibyte = 1024 * 1024

/** Texts that are made to cost time or memory. Each must be refused or accepted, and soon. */
const hostile: [string, string][] = [
  ['open brackets', '['.repeat(mebibyte)],
  ['open braces', '{'.repeat(mebibyte)],
  ['closing brackets', ']'.repeat(mebibyte)],
  ['commas', `[${','.repeat(mebibyte - 2)}]`],
  ['quotes', '"'.repeat(mebibyte)],
  ['a quote that is never closed', `a: "${'x'.repeat(mebibyte - 4)}`],
  ['bad escapes', `a: "${'\\q'.repeat(500_000)}"`],
  ['question marks', '? '.repeat(500_000)],
  ['question marks in brackets', `[${'? '.repeat(500_000)}`],
  ['dashes', '- '.repeat(500_000)],
  ['deep indentation', Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['tabs', '\t'.repeat(mebibyte)],
  ['colons', ': '.repeat(500_000)],
  ['anchors', '&a '.repeat(300_000)],
  ['tags', '!a '.repeat(300_000)],
  ['aliases', '*a '.repeat(300_000)],
  ['directives', '%YAML 1.2\n'.repeat(100_000)],
  ['documents', '---\n'.repeat(250_000)],
  ['line ends', '\n'.repeat(mebibyte)],
  ['comments', '#\n'.repeat(500_000)],
  ['short lines', '- a\n'.repeat(250_000)],
  ['many keys', Array.from({ length: 100_000 }, (_, index) => `k${index}:`).join('\n')],
  ['one key many times', 'a:\n'.repeat(100_000)],
  ['many wrong tunnels', `tunnels:\n${Array.from({ length: 20_000 }, (_, index) => `  t${index}: 1`).join('\n')}`],
  ['many variables that are not set', `tunnels: { a: { description: "${'$A'.repeat(100_000)}" } }`],
  [
    'many placeholders that can not be filled',
    `tunnels: { a: { url: "${'{host}{port}'.repeat(70_000)}", command: [x] } }`,
  ],
  ['a variable that is nested deeply', `name: '${'${A:-'.repeat(100_000)}'`],
  ['a bomb of aliases', bomb((name) => `[${`*${name},`.repeat(10)}]`)],
  ['a bomb of merge keys', bomb((name) => `{ ${`<<: *${name}, `.repeat(1)} x: [${`*${name},`.repeat(9)}] }`)],
  ['aliases of a long text', `a: &a "${'x'.repeat(500_000)}"\nb: [${'*a,'.repeat(100_000)}]`],
  ['a list of one merge', `x-a: &a { b: 1 }\ntunnels: { <<: [${'*a,'.repeat(100_000)}] }`],
  ['a long line with a mistake', `tunnels: { a: { prot: 1, description: "${'x'.repeat(900_000)}" } }`],
  ['a secret behind a long line', `accounts: { a: { x: ${'y'.repeat(900_000)}, password: [hunter2] } }`],
  ['a chain of extends', `tunnels:\n${chain(2000, (name) => `extends: ${name}`)}`],
  ['a chain of needs', `tunnels:\n${chain(2000, (name) => `depends_on: [${name}]`)}`],
  ['a mistake in front of many lines', `tunnels: 1\n${'# x\n'.repeat(100_000)}`],
]

function bomb(of: (name: string) => string): string {
  const levels = Array.from({ length: 9 }, (_, level) => `x-${level + 1}: &l${level + 1} ${of(`l${level}`)}`)
  return ['x-0: &l0 { y: 1 }', ...levels, 'tunnels: *l9', ''].join('\n')
}

function chain(length: number, key: (name: string) => string): string {
  const tunnel = (index: number): string =>
    `  t${index}: { port: ${10_000 + index}, ${key(`t${index + 1}`)}, tcp: { to: "10.0.0.5:80" } }\n`
  return Array.from({ length }, (_, index) => tunnel(index)).join('')
}

test.each(hostile)('%s: over in two seconds of work, and told in few words', async (_what, text) => {
  const folder = folderWith({ 'p2p.yaml': text })
  const before = process.cpuUsage()
  const told = await load(folder).then(() => '', diagnosticsOf)
  const { user, system } = process.cpuUsage(before)
  // Twice what is promised: where other programs compete for the processor, the same work takes longer.
  expect((user + system) / 1e6).toBeLessThan(4)
  expect(told).not.toContain('hunter2')
  expect(Math.max(...told.split('\n').map((line) => line.length))).toBeLessThan(400)
})

test('the costliest of them fit into 200 MB', async () => {
  const costliest = ['quotes', 'short lines', 'many keys', 'many wrong tunnels', 'aliases of a long text']
  const files = Object.fromEntries(hostile.filter(([what]) => costliest.includes(what)))
  const folder = folderWith(files)
  const main = resolve(dirname(fileURLToPath(import.meta.url)), '../../dist/main.js')
  for (const file of costliest) {
    // Beyond its heap limit Node dies of a signal. What is outside of the heap takes some 40 MB.
    const args = ['--max-old-space-size=160', main, 'config', '--quiet', '-f', file]
    const env = { P2P_STATE_DIR: join(folder, 'state'), PATH: process.env['PATH'] ?? '' }
    const status = await promisify(execFile)(process.execPath, args, { cwd: folder, env, maxBuffer: mebibyte }).then(
      () => 0,
      (error: unknown) => (error as { code?: unknown }).code,
    )
    expect([file, status]).toEqual([file, 4])
  }
})

test('of very many mistakes the first two hundred are told', async () => {
  const tunnels = Array.from({ length: 500 }, (_, index) => `  t${index}: 1\n`).join('')
  const error = await loadText(`tunnels:\n${tunnels}`).catch((error: unknown) => error as P2pError)
  expect(error).toMatchObject({ message: 'p2p.yaml has at least 200 mistakes: nothing was started' })
})

describe('what is no text is told as what it is', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['more than a mebibyte', 'x'.repeat(mebibyte + 1), 'is larger than 1 MiB'],
    ['bytes that are no UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]), 'p2p.yaml:1:4  this is not UTF-8 text'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0x3a, 0x00]), 'p2p.yaml:1:1  this is not UTF-8 text'],
    ['NUL', 'name: a\n# \0\n', 'p2p.yaml:2:3  a control character stands here'],
    ['an escape sequence', 'name: "\x1b[31m"\n', 'p2p.yaml:1:8  a control character stands here'],
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
    expect(await told('pipe')).toContain('pipe is no regular file')
    expect(await told('/dev/zero')).toContain('/dev/zero is no regular file')
    expect(await told('link')).toContain('link does not exist')
    expect(await told('pipe/x')).toContain('pipe/x does not exist')
  })

  test('standard input is held to the same', async () => {
    const folder = folderWith({})
    const globals = { files: ['-'] }
    expect(await mistakesIn(load(folder, { globals, stdin: 'x'.repeat(mebibyte + 1) }))).toContain(
      'standard input is larger than 1 MiB',
    )
    expect(await mistakesIn(load(folder, { globals, stdin: 'nmae: x\ntunnels: {}\n' }))).toContain(
      '-:1:1  there is no key',
    )
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
