import { describe, expect, test } from 'vitest'
import { clientFor, webUrl, withHostKeyAlias } from '../../../src/core/decide/client.ts'
import type { TunnelSpec } from '../../../src/core/model.ts'

type Facts = Partial<Pick<TunnelSpec, 'client' | 'url' | 'driver' | 'target'>>

const at = { host: '127.0.0.1', port: 7000 }
const client = (facts: Facts, local = 7000): string | null => {
  const spec = { driver: 'tcp', target: 'a:1', url: null, ...facts, endpoints: [{ ...at, port: local }] }
  const found = clientFor(spec as unknown as TunnelSpec, { ...at, port: local })
  return found?.kind === 'program' ? found.argv.join(' ') : (found?.kind ?? null)
}

describe('the client of a tunnel', () => {
  test.each<[what: string, Facts, expected: string | null]>([
    ['the declared one first', { client: ['pgcli', '-p', '1'], url: 'http://a/' }, 'pgcli -p 1'],
    ['a browser for its url', { url: 'https://127.0.0.1:1/', target: 'a:22' }, 'browser'],
    ['a browser for http', { url: 'http://127.0.0.1:7000/' }, 'browser'],
    ['by scheme, with its user', { url: 'ssh://pi@127.0.0.1:7000' }, 'ssh -p 7000 pi@127.0.0.1'],
    ['a user that ssh would take for an option', { url: 'ssh://-oX@127.0.0.1:7000' }, 'ssh -p 7000 127.0.0.1'],
    ['by scheme in capitals', { url: 'POSTGRESQL://127.0.0.1:7000/app' }, 'psql -h 127.0.0.1 -p 7000'],
    ['by the port far away', { target: 'db.internal:3306' }, 'mysql --protocol=TCP -h 127.0.0.1 -P 7000'],
    ['redis', { driver: 'ssh', target: '10.0.0.5:6379' }, 'redis-cli -h 127.0.0.1 -p 7000'],
    ['mongodb', { driver: 'ssh', target: '10.0.0.5:27017' }, 'mongosh --host 127.0.0.1 --port 7000'],
    ['a screen', { target: 'pi:5900' }, 'vncviewer 127.0.0.1::7000'],
    ['an unknown scheme is not guessed over', { url: 'gopher://x/', target: 'a:22' }, null],
    ['a UID that ends like a port', { driver: 'connectd', target: '80:00:00:00:01:00:00:22' }, null],
    ['nothing known', {}, null],
  ])('%s', (_, facts, expected) => {
    expect(client(facts)).toBe(expected)
  })

  test('the local port tells where the far one does not', () => {
    expect(client({ driver: 'connectd', target: '80:00:00:00:01:00:00:C2' }, 5432)).toBe('psql -h 127.0.0.1 -p 5432')
  })
})

test.each([
  ['http://a/$(touch x) y', 'http://a/$(touch%20x)%20y'],
  ['HTTPS://A', 'https://a/'],
  ['javascript:alert(1)', null],
  ['file:///etc/passwd', null],
  ['--help', null],
  [null, null],
])('for a browser, %s is %s', (url, expected) => {
  expect(webUrl(url)).toBe(expected)
})

test.each([
  ['ssh -p 1 a', 'ssh -o HostKeyAlias=lab-pi -p 1 a'],
  ['/usr/bin/ssh a', '/usr/bin/ssh -o HostKeyAlias=lab-pi a'],
  ['ssh -oHostKeyAlias=x a', 'ssh -oHostKeyAlias=x a'],
  ['sshfs a', 'sshfs a'],
])('%s has a host key of its own', (line, expected) => {
  expect(withHostKeyAlias(line.split(' '), 'lab-pi').join(' ')).toBe(expected)
})
