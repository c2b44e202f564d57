import { execFile } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { diagnosticsOf, folderWith, load } from '../config/support.ts'

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
