import { expect, it, vi } from 'vitest'
import { startClock } from '../../src/simulator/clock.ts'

it('keeps the order of what is due at one simulated moment, whatever the time of the start', async () => {
  // (moment + 1000) + 1600 is less than moment + 2600: as sums of fractions the two would change places.
  const moment = 0.137
  expect(moment + 1000 + 1600).toBeLessThan(moment + 2600)
  const now = vi
    .spyOn(performance, 'now')
    .mockReturnValueOnce(0)
    .mockReturnValue(moment / 1e6)
  try {
    // So fast that all of it is due at once, one thing per turn.
    const clock = startClock(1e6)
    const order: string[] = []
    const early = clock.wait(2600).then(() => order.push('planned first'))
    const late = clock
      .wait(1000)
      .then(() => clock.wait(1600))
      .then(() => order.push('planned second'))
    await Promise.all([early, late])
    expect(order).toEqual(['planned first', 'planned second'])
  } finally {
    now.mockRestore()
  }
})
