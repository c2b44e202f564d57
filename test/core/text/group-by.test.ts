import { expect, test } from 'vitest'
import { groupBy } from '../../../src/core/text/group-by.ts'

test('items of one key stay in their order, keys in the order of their first item', () => {
  expect([...groupBy(['bb', 'a', 'cc', 'd', 'eee'], ({ length }) => length)]).toEqual([
    [2, ['bb', 'cc']],
    [1, ['a', 'd']],
    [3, ['eee']],
  ])
  expect(groupBy([], () => 1).size).toBe(0)
})
