import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { answering, putConnectd } from '../doctor/fake-connectd.ts'
import { freePort } from '../support/ports.ts'
import { finished, mainFile, startCommand } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const link =
  'ip link add v0 type veth peer name v1; ip addr add 10.9.9.2/24 dev v0; ip link set v0 up; ip link set v1 up'
const canUnshare = spawnSync('unshare', ['-n', 'sh', '-ec', link]).status === 0

const pi = async (more: string): Promise<string> => `accounts:
  default: { user: you@example.com, password: { env: PI_PASSWORD } }
tunnels:
  pi: { port: ${await freePort()}, restart: no, connectd: { uid: '80:00:00:00:01:00:0A:C2' }, ${more} }
`
const simulated = (fault: string, timeout: string): string =>
  `environment: { CONNECTD_SIM_FAULT: ${fault} }, ready: { timeout: ${timeout} }`

test.runIf(canUnshare).each([
  ['no address', 'true', 'a network address of this machine'],
  ['no route', link, 'a route to fe1.yoics.net'],
  ['no names', `${link}; ip route add default via 10.9.9.1`, 'the address of fe1.yoics.net'],
])('where connectd can say nothing, up and why look themselves: %s', async (_, network, awaits) => {
  const rig = new Rig({ PI_PASSWORD: 'fine', P2P_CONNECTD: 'connectd-sim' })
  rig.write(await pi(simulated('no-ip', '15s')))
  const script = `${network}; up() { "$NODE" "$MAIN" up; }; up & until "$NODE" "$MAIN" ps | grep -q opening; do :; done
"$NODE" "$MAIN" why pi --json; wait $!`
  const env = { ...rig.env, NODE: process.execPath, MAIN: mainFile }
  const up = startCommand('unshare', ['-n', 'sh', '-ec', script], { cwd: rig.project, env })
  await up.says(new RegExp(`pi {2}(still )?waiting for ${awaits}`))
  await up.says(new RegExp(`"reason": "waiting for ${awaits}"[^]*"evidence": "not ready yet: waiting for ${awaits}"`))
  // Nothing of it had reached the log; at the end it has, and says what it was.
  expect((await finished(up)).stderr).toContain(
    'not ready within 15 s: still waiting for a network address of this machine',
  )
})

test.each([
  ['no-ip', 'a network address of this machine'],
  ['no-dns', "the address of remote.it's service"],
])('what reaches the log only at the end is the reason: %s', async (fault, awaits) => {
  const rig = new Rig({ PI_PASSWORD: 'fine', P2P_CONNECTD: 'connectd-sim' })
  rig.write(await pi(simulated(fault, '2s')))
  const up = await rig.p2p('up')
  const reason = `not ready within 2 s: still waiting for ${awaits}`
  expect(up).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) as string })
  expect((await rig.line('pi')).reason).toBe(reason)
})

test('doctor calls network diagnostics that never end a problem', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  putConnectd(rig, answering('exec sleep 1000'))
  rig.write(await pi('profiles: []'))
  const doctor = await rig.p2p('doctor')
  expect(doctor.status).toBe(1)
  expect(doctor.stdout).toContain('problem  its network diagnostics timed out after 15 s')
})
