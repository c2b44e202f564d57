import { expect, test } from 'vitest'
import { passingGates } from '../../src/core/gates.ts'
import type { Gate } from '../../src/core/model.ts'

const narrow: Gate = { name: 'bastion', width: 2 }
const other: Gate = { name: 'elsewhere', width: 2 }

test.each<[ready: (Gate | null)[], onTheirWay: (Gate | null)[], passing: number[]]>([
  [[null, null, null], [], [0, 1, 2]],
  [[narrow, narrow, narrow], [], [0, 1]],
  [[narrow, other, narrow, null, narrow], [], [0, 1, 2, 3]],
  [[narrow, narrow], [narrow, null, other], [0]],
  [[narrow, other], [narrow, narrow, narrow], [1]],
])('of %j behind %j, %j may set out', (ready, onTheirWay, passing) => {
  const named = (gate: Gate | null, name: number): { name: number; gate?: Gate } =>
    gate === null ? { name } : { name, gate }
  const found = passingGates(ready.map(named), onTheirWay.map(named))
  expect(found.map(({ name }) => name)).toEqual(passing)
})
