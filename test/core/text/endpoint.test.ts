import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatEndpoint, readEndpoint } from '../../../src/core/text/endpoint.ts'

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
test.each(['-oProxyCommand=x:80', 'a/b:80', 'me@db:80', 'a,b:80', '{host}:80', '[::1]80:80'])(
  '%j is none either',
  (text) => {
    expect(readEndpoint(text)).toBeNull()
  },
)

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
