import { expect, test } from 'vitest'
import { didYouMean } from '../../../src/core/text/did-you-mean.ts'

const commands = ['up', 'down', 'restart', 'ps', 'logs', 'config', 'init', 'version', 'help']

test.each([
  ['udi', ['uid', 'account'], 'uid'],
  ['pss', commands, 'ps'],
  ['dwon', commands, 'down'],
  ['lgos', commands, 'logs'],
  ['confg', commands, 'config'],
  ['RESTART', commands, 'restart'],
  ['ssh-p1', ['web-pi', 'ssh-pi'], 'ssh-pi'],
  ['conectd', ['ssh', 'connectd', 'tcp'], 'connectd'],
  ['--no-wiat', ['--no-deps', '--no-wait'], '--no-wait'],
])('%s among %j means %s', (word, candidates, meant) => {
  expect(didYouMean(word, candidates)).toBe(meant)
})

test('an unfinished word means the only candidate that begins with it', () => {
  expect(didYouMean('encr', ['encryption', 'max_depth'])).toBe('encryption')
  expect(didYouMean('pass', ['password_a', 'password_b'])).toBeNull()
})

test('a word that resembles nothing gets no suggestion', () => {
  expect(didYouMean('frobnicate', commands)).toBeNull()
  expect(didYouMean('x', ['ps', 'up'])).toBeNull()
  expect(didYouMean('', commands)).toBeNull()
  expect(didYouMean('a', [])).toBeNull()
})

test('of two equally near candidates the first is taken', () => {
  expect(didYouMean('pi-3', ['pi-1', 'pi-2'])).toBe('pi-1')
})

test('a huge word costs nothing and means nothing', () => {
  const huge = 'a'.repeat(1_000_000)
  expect(didYouMean(huge, [huge, 'ps'])).toBeNull()
})
