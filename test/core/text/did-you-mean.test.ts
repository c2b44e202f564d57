import { expect, test } from 'vitest'
import { didYouMean, suggest } from '../../../src/core/text/did-you-mean.ts'

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

test.each([
  ['another letter', 'abcdeX', ['abcdef'], 'abcdef'],
  ['one more', 'abcdefg', ['abcdef'], 'abcdef'],
  ['one less', 'abcde', ['abcdef'], 'abcdef'],
  ['one less in front', 'bcdef', ['abcdef'], 'abcdef'],
  ['two neighbours swapped at the end', 'abc', ['acb'], 'acb'],
  ['two neighbours swapped in front', 'bac', ['abc'], 'abc'],
  ['two letters of six', 'abcdXY', ['abcdef'], 'abcdef'],
  ['three letters of six', 'abcXYZ', ['abcdef'], null],
  ['three letters of nine', 'abcdefXYZ', ['abcdefghi'], 'abcdefghi'],
  ['four letters of twelve', 'abcdefghWXYZ', ['abcdefghijkl'], null],
  ['two swapped pairs of six', 'badcef', ['abcdef'], 'abcdef'],
  ['two letters that are not neighbours, of three', 'cba', ['abc'], null],
  ['the only letter', 'x', ['y'], null],
  ['one of two letters', 'ax', ['ay'], 'ay'],
  ['a nearer one behind', 'abcdXY', ['abcdef', 'abcdeY'], 'abcdeY'],
  ['a nearer one in front', 'abcdXY', ['abcdeY', 'abcdef'], 'abcdeY'],
  ['one of its letters is a beginning of nothing', 'a', ['abcdefgh'], null],
  ['two are', 'ab', ['abcdefgh'], 'abcdefgh'],
  ['a typo before a beginning', 'log', ['logging-of-all', 'lug'], 'lug'],
])('%s: %s among %j means %s', (_what, word, candidates, meant) => {
  expect(didYouMean(word, candidates)).toBe(meant)
})

test('a long word counts up to a hundred letters, and no more than a thousand candidates are compared', () => {
  const long = 'a'.repeat(100)
  expect(didYouMean(long, [long])).toBe(long)
  expect(didYouMean(`${long}a`, [`${long}a`])).toBeNull()
  const others = Array.from({ length: 999 }, () => 'zzzzzz')
  expect(didYouMean('abcdef', [...others, 'abcdeg'])).toBe('abcdeg')
  expect(didYouMean('abcdef', [...others, 'zzzzzz', 'abcdeg'])).toBeNull()
})

test('a hint asks whether the nearest was meant, or says something else', () => {
  expect(suggest('dwon', commands, 'see p2p help')).toBe('did you mean down?')
  expect(suggest('dwon', commands, undefined, (name) => `p2p ${name}`)).toBe('did you mean p2p down?')
  expect(suggest('frobnicate', commands, 'see p2p help')).toBe('see p2p help')
})
