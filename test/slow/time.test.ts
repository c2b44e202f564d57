/** What must not take long, by the clock on the wall: only here, where nothing else runs. */
import { expect, test } from 'vitest'
import { psPrinter } from '../../src/report/ps/index.ts'
import { sanitize } from '../../src/report/text/sanitize.ts'
import { now } from '../support/context.ts'
import { makeRow } from '../support/tunnel.ts'

test('a thousand tunnels are drawn within a second', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => makeRow(`tunnel-${index}`))
  const print = await psPrinter('table', { indent: 2 })
  const started = performance.now()
  await print(many, { columns: 80, colour: false, now, masks: [] })
  expect(performance.now() - started).toBeLessThan(1000)
})

test('a megabyte of the worst text is made safe within two seconds', () => {
  const text = 'a'.repeat(1_000_000)
  const started = performance.now()
  sanitize(text, [`${'a'.repeat(30)}b`, 'b'.repeat(31)])
  expect(performance.now() - started).toBeLessThan(2000)
})
