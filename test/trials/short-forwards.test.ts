import { expect, test } from 'vitest'
import { Rig, type PsLine } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'

const forwards = (list: string): string => `tunnels: { a: { ssh: { to: bench, forward: [${list}] } } }\n`

/** What is printed and shown of a list of forwards. */
async function seen(rig: Rig, list: string): Promise<{ config: string; line: PsLine; hash: string }> {
  rig.write(forwards(list))
  const { stdout, stderr } = await rig.look('config')
  expect(stderr.replace(/^.*other machines can reach it[^]*/m, '')).toBe('')
  return { config: stdout, line: await rig.line('a'), hash: (await rig.look('config', '--hash')).stdout }
}

test.each([
  ['15432:db:5432', '{ port: 15432, to: "db:5432" }'],
  ['"127.0.0.2:15432:db.internal:5432"', '{ port: 15432, bind: 127.0.0.2, to: "db.internal:5432" }'],
  ['localhost:15432:db:5432', '{ port: 15432, to: "db:5432" }'],
  ['"[::1]:15432:db:5432"', '{ port: 15432, bind: "::1", to: "db:5432" }'],
  ['"15432:[fd00::5]:5432"', '{ port: 15432, to: "[fd00::5]:5432" }'],
  ['"15432:10.0.0.5:5432"', '{ port: 15432, to: "10.0.0.5:5432" }'],
  ['15432:/var/run/docker.sock', '{ port: 15432, to: /var/run/docker.sock }'],
  ['127.0.0.1:15432:/run/db.sock', '{ port: 15432, bind: 127.0.0.1, to: /run/db.sock }'],
  ['"${NOT_SET:-15432}:db:5432"', '{ port: 15432, to: "db:5432" }'],
  ['15432:db:5432, 15433:db:5433', '{ port: 15432, to: "db:5432" }, { port: 15433, to: "db:5433" }'],
])('%s is the same as %s', async (short, long) => {
  const rig = new Rig()
  const [one, other] = [await seen(rig, short), await seen(rig, long)]
  expect(one.hash).toBe(other.hash)
  expect(one.line).toEqual(other.line)
  expect(one.config).toMatch(/- (?:bind: .*\n +)?port: 15432\n|\{ port: 15432/)
})

test.each([
  ['99999:db:5432', 'ssh.forward[0].port must be a port from 1 to 65535, or auto'],
  ['host:15432:db:5432', 'ssh.forward[0].bind must be an IPv4 or IPv6 address'],
  ['15432:db:70000', 'ssh.forward[0].to must be host:port'],
  ['db:5432', 'ssh.forward[0] must be a map with port and to, or like 15432:db.internal:5432'],
  ['15432', 'ssh.forward[0] must be a map with port and to, or like 15432:db.internal:5432'],
])('%s is refused', async (list, says) => {
  const rig = new Rig()
  rig.write(forwards(list))
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
})

test('auto in a list: each entry keeps a free port of its own', async () => {
  const rig = new Rig()
  const fixed = await freePort()
  const list = (...more: string[]): string =>
    ['{ port: auto, to: "db:1" }', 'auto:cache:2', `${fixed}:web:3`, ...more].join(', ')
  const { config, line, hash } = await seen(rig, list())
  const ports = (line['endpoints'] as { port: number }[]).map(({ port }) => port)
  expect([new Set(ports).size, ports[2]]).toEqual([3, fixed])
  for (const port of ports.slice(0, 2)) expect(config).toMatch(new RegExp(`port: ${port}\\n? +to:`))
  // What `config` prints is the same tunnel, and what is added or moved leaves the others alone.
  rig.write(config)
  expect((await rig.look('config', '--hash')).stdout).toBe(hash)
  const twice = await seen(rig, `auto:new:4, ${list('auto:db:1')}`)
  const all = (twice.line['endpoints'] as { port: number }[]).map(({ port }) => port)
  expect(all.slice(1, 4)).toEqual(ports)
  expect(new Set(all).size).toBe(5)
})

test('tunnels that share an entry by extends do not share its port', async () => {
  const rig = new Rig()
  rig.write('tunnels: { a: { ssh: { to: x, forward: [auto:db:1] } }, b: { extends: a } }\n')
  const [a, b] = [await rig.line('a'), await rig.line('b')]
  expect([a.port, b.port]).toEqual([expect.any(Number), expect.any(Number)])
  expect(a.port).not.toBe(b.port)
})

test('a port that clashes is reported where it stands', async () => {
  const rig = new Rig()
  rig.write(forwards('15432:db:5432, 15432:web:80'))
  expect((await rig.look('config')).stderr).toContain(
    'ssh.forward[1].port: 127.0.0.1:15432 is already used by this tunnel',
  )
})
