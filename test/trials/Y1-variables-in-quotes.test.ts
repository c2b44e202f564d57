import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('a variable in quotes is a number or a flag where one is meant, also between braces', async () => {
  const rig = new Rig({ ON: 'true', DEPTH: '12', N: '0x10' })
  rig.write(`name: bench
accounts: { default: { user: me, auth_token: { env: P }, auth_index: '\${NONE:-2}' } }
tunnels:
  a: { port: '\${PI_PORT:-33000}', tcp: { to: 'x:1', max_connections: "$N" } }
  b: { port: "\${AUTO:-auto}", connectd: { uid: 80:00:00:00:01:00:0A:C2, max_depth: '\${DEPTH}' } }
  c: { port: 33001, ssh: { to: x, dynamic: '\${ON}' }, logs: { keep: '\${KEEP:-7}' }, healthcheck: { tls: "$ON", retries: "\${R:-9}" } }
  d: { command: [echo, '\${PI_PORT:-33000}'], labels: { n: '\${PI_PORT:-33000}' }, depends_on: { c: { restart: "$ON" } } }
  e: { ssh: { to: x, forward: [{ port: "\${E:-33002}", to: db:5432 }] } }
`)
  const { stdout, status } = await rig.look('config', '--format', 'json')
  expect(status, stdout).toBe(0)
  const { tunnels, accounts } = JSON.parse(stdout) as Record<'tunnels' | 'accounts', Record<string, object>>
  expect(accounts['default']).toMatchObject({ auth_index: 2 })
  expect(tunnels).toMatchObject({
    a: { port: 33000, tcp: { max_connections: 16 } },
    b: { connectd: { max_depth: 12 } },
    c: { ssh: { dynamic: true }, logs: { keep: 7 }, healthcheck: { tls: true, retries: 9 } },
    d: { command: ['echo', '33000'], labels: { n: '33000' }, depends_on: { c: { restart: true } } },
    e: { ssh: { forward: [{ port: 33002 }] } },
  })
})

test('what is no number is still told, with the variable', async () => {
  const rig = new Rig({ PORT: 'x80' })
  rig.write('tunnels: { a: { port: "$PORT", tcp: { to: "x:1" } } }')
  const { stderr } = await rig.look('config')
  expect(stderr).toContain('tunnels.a.port must be a port from 1 to 65535, or auto')
  expect(stderr).toContain('check PORT in the environment')
})

test('between braces the advice can be followed', async () => {
  const rig = new Rig()
  rig.write('tunnels: { a: { port: ${P:-80}, tcp: { to: "x:1" } } }')
  expect((await rig.look('config')).stderr).toContain('try: quote it: "${NAME}"')
})
