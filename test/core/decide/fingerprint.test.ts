import { expect, test } from 'vitest'
import { fingerprint } from '../../../src/core/decide/fingerprint.ts'
import type { LaunchSpec, SecretRef } from '../../../src/core/model.ts'
import { Secret } from '../../../src/core/text/secret.ts'

const endpoints = [{ host: '127.0.0.1', port: 33000 }]

function launch(changes: Partial<LaunchSpec> = {}): LaunchSpec {
  return {
    program: 'connectd',
    args: ['-s', '-f', { file: 'provisioning' }],
    env: { A: '1', B: '2' },
    files: [{ name: 'provisioning', content: ['auth_pass ', secret('one'), '\n'] }],
    cwd: '/srv/lab',
    ...changes,
  }
}

function secret(value: string): SecretRef {
  return {
    source: { from: 'literal', text: new Secret(value), expand: false, envFiles: [] },
    label: 'password of account default',
    limits: {},
    hint: '',
  }
}

const of = (changes: Partial<LaunchSpec>): string => fingerprint({ launch: launch(changes), endpoints })

test('the order of keys does not count', () => {
  expect(of({ env: { B: '2', A: '1' } })).toBe(of({}))
})

test('a secret counts by its place, never by its value or source', () => {
  expect(of({ files: [{ name: 'provisioning', content: ['auth_pass ', secret('two'), '\n'] }] })).toBe(of({}))
  expect(of({ files: [{ name: 'provisioning', content: ['auth_pass ', '\n'] }] })).not.toBe(of({}))
})

test('how a text is cut into pieces does not count', () => {
  expect(of({ env: { A: ['1'], B: ['', '2'] } })).toBe(of({}))
  expect(of({ files: [{ name: 'provisioning', content: ['auth', '_pass ', secret('one'), '\n'] }] })).toBe(of({}))
})

test.each<[string, Partial<LaunchSpec>]>([
  ['program', { program: { entry: 'connectd-sim' } }],
  ['a token against the same word as text', { program: 'connectd-sim' }],
  ['which of its own programs', { program: { entry: 'relay' }, args: [{ entry: 'supervise' }] }],
  ['arguments', { args: ['-s', '-f', 'provisioning'] }],
  ['order of arguments', { args: ['-f', '-s', { file: 'provisioning' }] }],
  ['environment', { env: { A: '1', B: '3' } }],
  ['working folder', { cwd: '/srv/other' }],
  ['file names', { files: [{ name: 'other', content: ['auth_pass ', secret('one'), '\n'] }] }],
])('%s counts', (_what, changes) => {
  expect(of(changes)).not.toBe(of({}))
})

test('endpoints count', () => {
  expect(fingerprint({ launch: launch(), endpoints: [{ host: '127.0.0.1', port: 33001 }] })).not.toBe(of({}))
})

test('the form is stable across versions, or every running tunnel would count as changed', () => {
  expect(of({})).toMatchInlineSnapshot(`"aabaa5cf86bb07344ffc09d875cfda63"`)
})

test("which of p2p's own programs it is counts", () => {
  expect(of({ program: { entry: 'relay' } })).not.toBe(of({ program: { entry: 'supervise' } }))
  expect(of({ args: [{ file: 'a' }] })).not.toBe(of({ args: [{ file: 'b' }] }))
})

test('where a secret stands in a text counts, and how many there are', () => {
  const content = (...pieces: LaunchSpec['files'][number]['content'][]) =>
    new Set(pieces.map((piece) => of({ files: [{ name: 'x', content: piece }] }))).size
  const [a, b] = [secret('one'), secret('two')]
  expect(content(['x', a], [a, 'x'], [a], [a, b], ['x'], ['x', a, 'y'], ['', a, '', b, 'x'])).toBe(7)
  expect(content([a, '', b], [a, b], ['', a, b, ''])).toBe(1)
  expect(content('xy', ['x', 'y'], ['xy', ''])).toBe(1)
})
