import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  endpointsClash,
  formatEndpoint,
  isWildcard,
  numericHost,
  readEndpoint,
} from '../../../src/core/text/endpoint.ts'

test.each([
  ['db.internal:5432', { host: 'db.internal', port: 5432 }],
  ['10.0.0.5:1', { host: '10.0.0.5', port: 1 }],
  ['[fd00::5]:65535', { host: 'fd00::5', port: 65535 }],
  ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
  ['*:80', { host: '*', port: 80 }],
])('%s is an address', (text, endpoint) => {
  expect(readEndpoint(text)).toEqual(endpoint)
  expect(formatEndpoint(endpoint)).toBe(text)
})

test.each(['', 'db', 'db:', ':80', 'db:0', 'db:65536', 'db:8o', 'db:80 ', ' db:80', 'a b:80', '::1:80', '[db]:80'])(
  '%j is none',
  (text) => {
    expect(readEndpoint(text)).toBeNull()
  },
)

// Whoever gets the text next would take these for something else: an option, a path, a user, a list, a placeholder.
test.each([
  '-oProxyCommand=x:80',
  'a/b:80',
  'me@db:80',
  'a,b:80',
  '{host}:80',
  '[::1]80:80',
  'x[::1]:80',
  '[::1]:80x',
  '[::1%]:80',
  '[:1:80',
  'db]:80',
  'db:000080',
])('%j is none either', (text) => {
  expect(readEndpoint(text)).toBeNull()
})

test('port 0 is one only for who asks for any free port', () => {
  expect(readEndpoint('127.0.0.1:0')).toBeNull()
  expect(readEndpoint('127.0.0.1:0', 0)).toEqual({ host: '127.0.0.1', port: 0 })
})

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65535 }), (host, port) => {
      expect(readEndpoint(formatEndpoint({ host, port }))).toEqual({ host, port })
    }),
  )
})

test.each([
  ['the same address', '127.0.0.1', '127.0.0.1', true],
  ['two addresses', '127.0.0.1', '127.0.0.2', false],
  ['all of IPv4 and one of it', '0.0.0.0', '10.0.0.5', true],
  ['all of IPv4 and IPv6', '0.0.0.0', '::1', false],
  ['everything and one of IPv4', '::', '127.0.0.1', true],
  ['everything and one of IPv6', '::', 'fd00::5', true],
  ['everything and all of IPv4', '::', '0.0.0.0', true],
])('on one port %s: %s and %s clash: %s', (_what, a, b, clash) => {
  expect(endpointsClash({ host: a, port: 80 }, { host: b, port: 80 })).toBe(clash)
  expect(endpointsClash({ host: b, port: 80 }, { host: a, port: 80 })).toBe(clash)
  expect(endpointsClash({ host: a, port: 80 }, { host: b, port: 81 })).toBe(false)
})

test.each([
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['db.internal', 'db.internal'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['FD00:0::5', 'fd00::5'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['::g', '::g'],
  ['1:2', '1:2'],
  ['x::1', 'x::1'],
  ['beef', 'beef'],
])('a program is told %s as %s', (host, numeric) => {
  expect(numericHost(host)).toBe(numeric)
})

test('two addresses stand for all', () => {
  expect(['0.0.0.0', '::', '127.0.0.1', '::1', '0', ''].map(isWildcard)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
