import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test.each([
  ['{ port: 127.0.0.1:8081, tcp: { to: "x:1" } }', 'try: port: 8081, and bind: "127.0.0.1"'],
  ['{ port: "[::1]:8081", tcp: { to: "x:1" } }', 'try: port: 8081, and bind: "::1"'],
  ['{ port: 127.0.0.1:8081:80, tcp: { to: "x:1" } }', 'try: port: 8081, and bind: "127.0.0.1"'],
  ['{ port: 8082/tcp, tcp: { to: "x:1" } }', 'try: port: 8082'],
  ['{ port: 8082:80, tcp: { to: "x:1" } }', 'try: port: 8082'],
  ['{ command: [x], restart: unless-stopped }', 'try: restart: always'],
  ['{ command: [x], restart: off }', 'try: restart: no'],
  ['{ command: [x], restart: false }', 'try: restart: no'],
  ['{ command: [x], healthcheck: off }', 'try: healthcheck: false'],
  ['{ port: 80, bind: "[::1]", tcp: { to: "x:1" } }', 'try: bind: "::1"'],
  ['{ port: 80, ssh: { to: x, forward: 15432:db:5432 } }', 'try: forward: [15432:db:5432]'],
  ['{ port: 80, ssh: { to: x, forward: a:1, port: 22 } }', 'try: to: ssh://user@host:2222'],
  ['{ port: 80, ssh: { to: x, forward: a:1, user: me } }', 'try: to: user@host'],
  ['{ port: 80, ssh: { to: x, forward: a:1, key: me } }', 'try: identity: ~/.ssh/id_bench'],
  ['{ port: 80, ssh: { to: x }, forward: a:1 }', 'try: put it below ssh: ssh: { to: HOST, forward: ... }'],
])('%s gets a hint', async (tunnel, hint) => {
  const rig = new Rig()
  rig.write(`tunnels: { a: ${tunnel} }`)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(hint)])
})

test.each(['status', 'list'])('p2p %s is p2p ps, and -v shows the version', async (word) => {
  const rig = new Rig()
  rig.write('tunnels: { a: { command: [sleep, "1"] } }')
  expect(await rig.look(word)).toEqual(await rig.look('ps'))
  expect(await rig.look('-v')).toEqual(await rig.look('--version'))
})

test('tunnels as a list are shown as a map', async () => {
  const rig = new Rig()
  rig.write('tunnels: [{ name: a, port: 80 }]')
  expect((await rig.look('config')).stderr).toContain('tunnels: { NAME: { ... } }')
})

test('a variable that is nearly one of p2p is named, others are left alone', async () => {
  const rig = new Rig({ P2P_FIEL: 'x.yaml', P2P_MY_OWN: '1' })
  rig.write('tunnels: {}')
  const { stderr } = await rig.look('ps')
  expect(stderr).toContain('P2P_FIEL is not a variable of p2p, and is ignored; did you mean P2P_FILE?')
  expect(stderr).not.toContain('P2P_MY_OWN')
})
