import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'
import { described } from '../support/described.ts'

interface Why {
  tunnel: { name: string; state: string; config: string; pid: number | null }
  layers: { layer: string; ok: boolean | null; evidence: string }[]
  needs: { name: string; state: string }[]
  exits: { reason: string; code: string; ranMs: number | null }[]
  restart: { policy: string | null; tries: number; prospects: string }
  lastLines: string[]
  hints: string[]
}

async function why(rig: Rig, name: string): Promise<Why> {
  const { stdout, stderr, status } = await rig.look('why', name, '--json')
  if (status !== 0) throw new Error(stderr)
  return described('why', stdout) as Why
}

const judged = ({ layers }: Why): Record<string, boolean | null> =>
  Object.fromEntries(layers.map(({ layer, ok }) => [layer, ok]))

test('an open tunnel: its processes, its listener, the line that proved it, what it needs, its supervisor', async () => {
  const rig = new Rig({ PW: 'hunter2hunter2' })
  const [port, other] = [await freePort(), await freePort()]
  rig.write(`accounts: { default: { user: you@example.com, password: { env: PW } } }
tunnels:
  pi:
    port: ${port}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    depends_on: [base]
  base:
    port: ${other}
    tcp: { to: 127.0.0.1:1 }
`)
  await rig.p2p('up')
  const it = await why(rig, 'pi')
  expect(judged(it)).toEqual({
    process: true,
    launcher: true,
    listener: true,
    ready: true,
    health: null,
    handshake: true,
    traffic: null,
    supervisor: true,
  })
  expect(it.layers.find(({ layer }) => layer === 'process')?.evidence).toContain(`PID ${await rig.pid('pi')} since`)
  expect(it.layers.find(({ layer }) => layer === 'listener')?.evidence).toContain(`127.0.0.1:${port}`)
  expect(it.layers.find(({ layer }) => layer === 'handshake')?.evidence).toContain('!!connected')
  expect(it.needs).toMatchObject([{ name: 'base', state: 'open' }])
  expect(it.lastLines.length).toBeGreaterThan(0)

  await (await fetch(`http://127.0.0.1:${port}/`)).text()
  await rig.until('its traffic is reported', async () => judged(await why(rig, 'pi'))['traffic'] === true)

  const text = await rig.look('why', 'pi')
  expect(text.stdout).toMatch(/^pi {2}open\n/)
  expect(text.stdout.split('\n').length).toBeLessThan(32)
  expect(text.stdout + text.stderr).not.toContain('hunter2')
})

test('a failed one: how it ended, that it does not heal, what to do, and what it said', async () => {
  const rig = new Rig({ PW: 'x' })
  rig.write(`accounts: { default: { user: you@example.com, password: { env: PW } } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: auth }
`)
  await rig.p2p('up')
  const it = await why(rig, 'pi')
  expect(it.tunnel).toMatchObject({ state: 'failed', pid: null })
  expect(judged(it)).toMatchObject({ process: false, ready: false })
  expect(it.exits).toMatchObject([{ code: 'connectd.auth' }])
  expect(it.exits[0]?.ranMs).toBeGreaterThan(0)
  expect(it.restart.prospects).toBe('not opened again, because a retry would not help')
  expect(it.lastLines.join('\n')).toContain('authentication error')
  expect(it.hints[0]).toContain('then p2p up pi')
})

test('the history of ends outlives restarts, each with its meaning', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    command: [sh, -c, 'sleep 0.05; exit 4']
    ready: { command: ['true'] }
    restart: on-failure:2
`)
  await rig.p2p('up')
  await rig.until('the last end is told', async () => (await why(rig, 'web')).exits.length === 3)
  const it = await why(rig, 'web')
  expect(it.exits.map(({ reason }) => reason)).toEqual(Array(3).fill('exited with status 4'))
  expect(it.restart).toEqual({
    policy: 'on-failure:2',
    tries: 2,
    prospects: 'not opened again, because it was already retried 2 times',
  })
})

test('never launched, closed, orphaned and forgotten tunnels are explained as well', async () => {
  const rig = new Rig()
  const port = await freePort()
  const file = (name: string): string => `tunnels:
  ${name}:
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
    restart: no
`
  rig.write(file('web'))
  expect(await why(rig, 'web')).toMatchObject({
    tunnel: { state: 'closed' },
    hints: ['p2p up web opens it'],
    exits: [],
  })
  await rig.p2p('up')
  rig.write(file('other'))
  expect(await why(rig, 'web')).toMatchObject({
    tunnel: { state: 'open', config: 'orphan' },
    hints: [
      'p2p logs shows its output; a healthcheck proves the far end',
      'p2p.yaml no longer declares it: p2p down web closes it',
    ],
  })
  await rig.p2p('down', 'web')
  const it = await why(rig, 'web')
  expect(it.tunnel).toMatchObject({ state: 'closed', config: 'orphan' })
  expect(it.lastLines.join('\n')).toContain('listening on')

  const stranger = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await new Promise((resolve) => stranger.once('listening', resolve))
  const listener = (await why(rig, 'other')).layers.find(({ layer }) => layer === 'listener')
  expect(listener).toMatchObject({ ok: false, evidence: expect.stringContaining(`PID ${process.pid}`) as string })
})

test('a name is asked for, and one that is nearly right is suggested', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web: { command: [sleep, '1000'] }
`)
  expect(await rig.look('why')).toMatchObject({ status: 2 })
  const wrong = await rig.look('why', 'wbe')
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain('did you mean web?')
})
