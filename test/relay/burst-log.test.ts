import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { burstLog, type BurstLog } from '../../src/relay/burst-log.ts'

describe('a burst of equal lines', () => {
  let said: string[]
  let log: BurstLog
  beforeEach(() => {
    vi.useFakeTimers()
    said = []
    log = burstLog((line) => said.push(line), 10_000)
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is one line at once and one for all the others later', () => {
    for (let i = 0; i < 100; i++) log.say('refused')
    expect(said).toEqual(['refused'])
    vi.advanceTimersByTime(10_000)
    expect(said).toEqual(['refused', 'refused (99 more times)'])
  })

  it('that goes on is one line per window, and leaves no timer when it is over', () => {
    for (let second = 0; second < 30; second++) {
      log.say('refused')
      vi.advanceTimersByTime(1000)
    }
    expect(said).toHaveLength(4)
    vi.advanceTimersByTime(10_000)
    expect(vi.getTimerCount()).toBe(0)
    log.say('refused')
    expect(said.at(-1)).toBe('refused')
  })

  it('does not hold back other lines', () => {
    log.say('refused')
    log.say('unreachable')
    expect(said).toEqual(['refused', 'unreachable'])
  })

  it('is told in full at the end', () => {
    log.say('refused')
    log.say('refused')
    log.flush()
    expect(said).toEqual(['refused', 'refused (once more)'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
