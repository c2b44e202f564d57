import { describe, expect, test } from 'vitest'
import { describeDrift } from '../../../src/core/decide/drift.ts'
import type { LaunchSpec, TunnelSpec } from '../../../src/core/model.ts'
import { connectd } from '../../../src/drivers/connectd/index.ts'
import type { Account } from '../../../src/drivers/driver.ts'
import { account, accounts, basics, secretRef } from '../../drivers/support.ts'
import { makeSpec, tunnel } from '../../support/tunnel.ts'

function run(options: { max_depth?: number } = {}, login: Partial<Account> = {}): TunnelSpec {
  const { launch, endpoints, target } = connectd.compile(
    { uid: '80:00:00:00:01:00:0A:C2', ...options },
    basics({ accounts: accounts(account(login)) }),
  )
  return { ...tunnel('web', []), driver: 'connectd', launch, endpoints, target }
}

test('what a file of connectd says is named with both values', () => {
  expect(describeDrift(run({ max_depth: 12 }), run({ max_depth: 20 }))).toBe('max_depth changed 12 -> 20')
})

test('that somebody else logs in is said without either name', () => {
  expect(describeDrift(run(), run({}, { user: 'boss@example.com' }))).toBe('user changed')
})

test('another kind of secret is named, its value is not known', () => {
  const hash = { secret: { kind: 'auth-hash', ref: secretRef('auth_hash of account default') } } as const
  expect(describeDrift(run(), run({}, hash))).toBe('auth_pass changed *** -> (none), auth_hash changed (none) -> ***')
})

describe('each part that was launched differently', () => {
  const launch = (more: Partial<LaunchSpec> = {}): LaunchSpec => ({
    program: 'prog',
    args: ['-a', '1'],
    env: {},
    files: [],
    cwd: '/',
    ...more,
  })
  const of = (more: Partial<TunnelSpec> & { args?: string[] } = {}): TunnelSpec =>
    makeSpec('web', { launch: launch(), ...more })
  const at = (...ports: number[]) => ports.map((port) => ({ host: '127.0.0.1', port }))
  const file = (content: string) => launch({ files: [{ name: 'f', content }] })

  test.each<[string, Partial<TunnelSpec>, Partial<TunnelSpec>, string]>([
    ['nothing that is shown', {}, {}, 'options changed'],
    [
      'another driver explains all',
      { driver: 'ssh', target: 'a' },
      { driver: 'tcp', target: 'b' },
      'driver changed ssh -> tcp',
    ],
    ['its port', { endpoints: at(1) }, { endpoints: at(2) }, 'port changed 1 -> 2'],
    [
      'its first port',
      { endpoints: [] },
      { endpoints: at(2) },
      'port changed (none) -> 2, bind changed (none) -> 127.0.0.1',
    ],
    [
      'its last port',
      { endpoints: at(2) },
      { endpoints: [] },
      'port changed 2 -> (none), bind changed 127.0.0.1 -> (none)',
    ],
    ['its address', { endpoints: at(1) }, { endpoints: [{ host: '::1', port: 1 }] }, 'bind changed 127.0.0.1 -> ::1'],
    [
      'one of several ports',
      { endpoints: at(1, 2) },
      { endpoints: at(1, 3) },
      'addresses changed 127.0.0.1:1 127.0.0.1:2 -> 127.0.0.1:1 127.0.0.1:3',
    ],
    [
      'one port more',
      { endpoints: at(1) },
      { endpoints: at(1, 3) },
      'addresses changed 127.0.0.1:1 -> 127.0.0.1:1 127.0.0.1:3',
    ],
    [
      'one port less',
      { endpoints: at(1, 3) },
      { endpoints: at(1) },
      'addresses changed 127.0.0.1:1 127.0.0.1:3 -> 127.0.0.1:1',
    ],
    ['none of several ports', { endpoints: at(1, 2) }, { endpoints: at(1, 2) }, 'options changed'],
    ['its target', { target: 'a:1' }, { target: 'b:1' }, 'target changed a:1 -> b:1'],
    ['its program', {}, { launch: launch({ program: 'other' }) }, 'program changed prog -> other'],
    [
      'its own program',
      { launch: launch({ program: { entry: 'relay' } }) },
      { launch: launch({ program: { file: 'script' } }) },
      'program changed relay -> (script)',
    ],
    ['its folder', {}, { launch: launch({ cwd: '/srv' }) }, 'working_dir changed / -> /srv'],
    ['an argument', {}, { launch: launch({ args: ['-a', '2'] }) }, 'argument changed 1 -> 2'],
    ['a number of arguments', {}, { launch: launch({ args: ['-a'] }) }, 'arguments changed'],
    [
      'arguments that the target explains',
      { target: 'a:1' },
      { target: 'b:1', launch: launch({ args: ['-a', '2'] }) },
      'target changed a:1 -> b:1',
    ],
    [
      'arguments that the port explains',
      { endpoints: at(1) },
      { endpoints: at(2), launch: launch({ args: ['-a', '2'] }) },
      'port changed 1 -> 2',
    ],
    ['a variable', {}, { launch: launch({ env: { A: '1' } }) }, 'environment A changed'],
    ['a variable less', { launch: launch({ env: { A: '1' } }) }, {}, 'environment A changed'],
    [
      'a variable that is the same',
      { launch: launch({ env: { A: '1' } }) },
      { launch: launch({ env: { A: ['1'] } }) },
      'options changed',
    ],
    [
      'a key of its file',
      { launch: file('depth 1\nsame 2') },
      { launch: file('depth 3\nsame 2') },
      'depth changed 1 -> 3',
    ],
    ['a key more', { launch: file('') }, { launch: file('depth 3 4') }, 'depth changed (none) -> 3 4'],
    ['a comment', { launch: file('# 1') }, { launch: file('# 2') }, 'options changed'],
    [
      'a line that is no key',
      { launch: file(' depth 1\nalone') },
      { launch: file(' depth 2\nother') },
      'options changed',
    ],
    [
      'keys that are shown as the address',
      { launch: file('proxy_local_port 1\nproxy_bind_address a\nremote_address x') },
      { launch: file('proxy_local_port 2\nproxy_bind_address b\nremote_address y') },
      'options changed',
    ],
    [
      'two of them',
      { target: 'a:1' },
      { target: 'b:1', launch: launch({ cwd: '/srv' }) },
      'target changed a:1 -> b:1, working_dir changed / -> /srv',
    ],
    [
      'more of them',
      { target: 'a:1' },
      { target: 'b:1', launch: launch({ cwd: '/srv', env: { A: '1', B: '1' } }) },
      'target changed a:1 -> b:1, environment A changed and 2 more changed',
    ],
  ])('%s', (_what, launched, declared, described) => {
    expect(describeDrift(of(launched), of(declared))).toBe(described)
  })

  test('of a specification that is lost nothing is known', () => {
    expect(describeDrift(null, of())).toBe('options changed')
  })
})
