import { expect, test } from 'vitest'
import { describeDrift } from '../../../src/core/decide/drift.ts'
import type { TunnelSpec } from '../../../src/core/model.ts'
import { connectd } from '../../../src/drivers/connectd/index.ts'
import type { Account } from '../../../src/drivers/driver.ts'
import { account, accounts, basics, secretRef } from '../../drivers/support.ts'
import { tunnel } from '../../support/tunnel.ts'

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
