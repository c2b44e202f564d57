import { expect, test } from 'vitest'
import { withinLimits } from '../../../src/core/decide/concurrency-limit.ts'
import type { ConcurrencyLimit } from '../../../src/core/model.ts'

const narrow: ConcurrencyLimit = { name: 'bastion', width: 2 }
const other: ConcurrencyLimit = { name: 'elsewhere', width: 2 }

test.each<[ready: (ConcurrencyLimit | null)[], onTheirWay: (ConcurrencyLimit | null)[], passing: number[]]>([
  [[null, null, null], [], [0, 1, 2]],
  [[narrow, narrow, narrow], [], [0, 1]],
  [[narrow, other, narrow, null, narrow], [], [0, 1, 2, 3]],
  [[narrow, narrow], [narrow, null, other], [0]],
  [[narrow, other], [narrow, narrow, narrow], [1]],
])('of %j behind %j, %j may set out', (ready, onTheirWay, passing) => {
  const named = (gate: ConcurrencyLimit | null, name: number): { name: number; gate?: ConcurrencyLimit } =>
    gate === null ? { name } : { name, gate }
  const found = withinLimits(ready.map(named), onTheirWay.map(named))
  expect(found.map(({ name }) => name)).toEqual(passing)
})
