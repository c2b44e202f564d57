import { describe, expect, test } from 'vitest'
import { hintFor } from '../../../src/core/decide/complaints.ts'
import { anyStage, hostToReach, stageStartedBy, stillAwaited } from '../../../src/core/decide/startup-stages.ts'
import type { LogPolicy, ReadyCondition, Stage } from '../../../src/core/model.ts'
import { makeSpec } from '../../support/tunnel.ts'
import { gone, seen } from './support.ts'

const looking: Stage = { log: '^resolving', awaits: 'its name', hint: '', network: true }
const login: Stage = { log: 'login|key', awaits: 'its login', hint: '' }
const stages = [looking, login]

test('a line begins the first stage that knows it', () => {
  const lines = ['resolving db', 'not resolving', 'login', 'the key', 'resolving the key', '']
  expect(lines.map((line) => stageStartedBy(line, stages))).toEqual([looking, null, login, login, looking, null])
  expect(lines.map((line) => anyStage(stages).test(line))).toEqual([true, false, true, true, true, false])
})

test('the network is looked at while nothing was said, or while it may be what is missing', () => {
  const logs: LogPolicy = { maxBytes: 1, keep: 1, network: 'bastion' }
  expect([null, looking, login].map((stage) => hostToReach(stage, logs))).toEqual(['bastion', 'bastion', null])
  expect([null, looking].map((stage) => hostToReach(stage, { maxBytes: 1, keep: 1 }))).toEqual([null, null])
})

describe('what an opening tunnel waits for', () => {
  const conditions: ReadyCondition[] = [{ kind: 'listen' }, { kind: 'alive', ms: 50 }]
  const spec = makeSpec('a', { ready: { conditions, timeoutMs: 1 } })
  const none = { kind: 'none', endpoint: { host: '::1', port: 80 } } as const
  const shows =
    (...kinds: string[]) =>
    (one: ReadyCondition) =>
      kinds.includes(one.kind)

  test('is its stage, else its listener, else the first condition that does not show', () => {
    expect(stillAwaited(seen(spec, { listener: none }), login, shows())).toBe('its login')
    expect(stillAwaited(seen(spec, { listener: none }), null, shows())).toBe('its listener on [::1]:80')
    expect(stillAwaited(seen(spec), null, shows())).toBe('its listener')
    expect(stillAwaited(seen(spec), null, shows('listen'))).toBe('50 ms of uptime')
    expect(stillAwaited(seen(spec), null, shows('listen', 'alive'))).toBeNull()
  })

  test('is nothing once it ended', () => {
    expect(stillAwaited(seen(spec, { process: gone(1), listener: none }), login, shows())).toBeNull()
  })
})

test('what to do about a complaint is known for some of them', () => {
  const complaints = [
    { why: '^refused', hint: 'start the target' },
    { why: 'refused|timed out', hint: 'look at the network' },
  ]
  const hints = ['refused by it', 'it was refused', 'odd', null].map((why) => hintFor(why, { complaints }))
  expect(hints).toEqual(['start the target', 'look at the network', null, null])
  expect(hintFor('refused', {})).toBeNull()
})
