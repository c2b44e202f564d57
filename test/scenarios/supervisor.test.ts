import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, isAlive, pidOf } from '../support/rig.ts'

const relay = (port: number, more = ''): string => `
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
${more}`

test('a tunnel that is killed comes back, and ps tells how often', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:${relay(await freePort())}`)
  await rig.p2p('up')
  const first = await rig.pid('web')
  process.kill(first, 'SIGKILL')
  await rig.happened('web', 'open', 2)
  const { pid, ...line } = await rig.line('web')
  expect(line).toMatchObject({ restarts: 1, state: 'open' })
  expect(pid).not.toBe(first)
})

test('one that a person stops stays closed with on-failure, and comes back with always', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  stays:
    command: [sleep, '1000']
    restart: on-failure
  returns:
    command: [sleep, '1000']
    restart: always
`)
  await rig.p2p('up')
  const before = await rig.pid('returns')
  process.kill(await rig.pid('stays'), 'SIGTERM')
  process.kill(before, 'SIGTERM')
  await rig.happened('returns', 'open', 2)
  expect(await rig.pid('returns')).not.toBe(before)
  expect(await rig.line('stays')).toMatchObject({ state: 'closed', reason: 'stopped by kill (TERM)' })
})

test('what cannot heal is not retried; what can is shown with its next try', async () => {
  const rig = new Rig({ PW: 'x' })
  rig.write(`accounts: { default: { user: a@b.c, password: { env: PW } } }
tunnels:
  wrong-password:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: auth }
  offline:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: target-offline }
`)
  expect((await rig.p2p('up')).status).toBe(1)
  await rig.happened('offline', 'retrying')
  expect(await rig.line('wrong-password')).toMatchObject({ state: 'failed' })
  await rig.lineThat('offline', 'was retried', ({ restarts }) => Number(restarts) >= 1)
  expect(await rig.line('wrong-password')).toMatchObject({ state: 'failed', restarts: 0 })
})

test('on-failure:N gives up after N tries', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  hopeless:
    command: [sh, -c, 'exit 1']
    restart: on-failure:1
`)
  await rig.p2p('up')
  await rig.lineThat('hopeless', 'gave up', ({ state, restarts }) => state === 'failed' && restarts === 1)
})

test('the supervisor can be killed: ps says so, up brings it back, nothing is doubled', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:${relay(await freePort())}`)
  await rig.p2p('up')
  const pid = await rig.pid('web')
  const supervisor = rig.supervisor()
  process.kill(supervisor, 'SIGSTOP')
  const says = async (): Promise<string> => (await rig.look('ps')).stderr
  await rig.until('it is stopped', async () => (await says()).includes(`kill -CONT ${supervisor}`))
  expect((await rig.look('why', 'web')).stdout).toContain(`x supervisor  PID ${supervisor} is stopped`)
  process.kill(supervisor, 'SIGKILL')
  await rig.until('it is gone', () => !isAlive(supervisor))
  expect(await says()).toContain('p2p up starts it again')
  await rig.p2p('up')
  await rig.until('a new one is there', () => rig.supervisor() !== supervisor)
  expect(await rig.pid('web')).toBe(pid)
  process.kill(pid, 'SIGKILL')
  await rig.happened('web', 'open', 2)
  expect(await rig.pid('web')).not.toBe(pid)
})

test('a supervisor whose state folder was removed leaves, and watches over no other one in its place', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:${relay(await freePort())}`)
  await rig.p2p('up')
  const [supervisor, line] = [rig.supervisor(), await rig.line('web')]
  // In one step: file by file, the supervisor would write between two of them.
  renameSync(join(rig.folder, 'state'), join(rig.folder, 'removed'))
  await rig.until('it is gone', () => !isAlive(supervisor))
  // Nobody knows this tunnel any more.
  process.kill(pidOf(line.pid), 'SIGKILL')
  await rig.until('its launcher has ended', () => !isAlive(pidOf(line.launcherPid)))
})

test('dependants wait while what they need is away, and burn no tries', async () => {
  const rig = new Rig()
  const gate = `${rig.folder}/gate`
  rig.write(`tunnels:
  parent:
    command: [sh, -c, 'test -e ${gate} && exec sleep 1000']
  child:
    command: [sleep, '1000']
    depends_on: [parent]
`)
  expect((await rig.p2p('up')).status).toBe(1)
  await rig.until('the child waits', async () => (await rig.line('child')).state === 'retrying')
  expect((await rig.line('child')).reason).toContain('parent')
  rig.write('', '../gate')
  await rig.until('both are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
})

test('a dependant with restart: true follows its parent', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  parent:
    command: [sleep, '1000']
  follows:
    command: [sleep, '1000']
    depends_on: { parent: { condition: open, restart: true } }
  stays:
    command: [sleep, '1000']
    depends_on: [parent]
`)
  await rig.p2p('up')
  const [follows, stays] = [await rig.pid('follows'), await rig.pid('stays')]
  process.kill(await rig.pid('parent'), 'SIGKILL')
  await rig.lineThat('follows', 'followed', ({ state, pid }) => state === 'open' && pid !== follows)
  expect(await rig.pid('stays')).toBe(stays)
})

test('a frozen far end is found by a health check, and the tunnel is reopened', async () => {
  const rig = new Rig({ PW: 'x' })
  rig.write(`accounts: { default: { user: a@b.c, password: { env: PW } } }
tunnels:
  web:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    healthcheck: { http: /, interval: 200ms, timeout: 300ms, retries: 2 }
`)
  await rig.p2p('up')
  const first = await rig.pid('web')
  process.kill(first, 'SIGSTOP')
  const { state, pid } = await rig.line('web')
  expect(state === 'open' && pid === first, 'a green light').toBe(false)
  await rig.lineThat('web', 'is reopened', ({ state, pid }) => state === 'open' && pid !== first)
  expect(isAlive(first)).toBe(false)
  expect((await rig.look('logs')).stdout).not.toContain('@supervisor')
  expect((await rig.look('logs', '@supervisor')).stdout).toMatch(/web: reopening: /)
})

test('down ends the supervisor with the last tunnel', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:${relay(await freePort())}
  b:${relay(await freePort())}`)
  await rig.p2p('up')
  await rig.p2p('down', 'a')
  expect(isAlive(rig.supervisor())).toBe(true)
  expect((await rig.line('a')).state).toBe('closed')
  await rig.p2p('down')
  expect(rig.processes()).toEqual([])
})

test('while up waits, the supervisor keeps off what it is about to launch, and takes over when up is killed', async () => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels:
  quick: { command: [sleep, '1000'], restart: always }
  slow: { command: ${program.command}, ready: { log: ^up }, restart: always }
  last: { command: [sleep, '1000'], depends_on: [slow], restart: always }
`)
  const up = rig.start('up')
  const slow = await program.next()
  await rig.until('the supervisor is there', () => rig.files('state').some((path) => path.includes('/sup.')))
  await rig.happened('quick', 'open')
  // The supervisor acts on this one, so it has looked around, and left the others alone.
  process.kill(await rig.pid('quick'), 'SIGKILL')
  await rig.lineThat('quick', 'is back', ({ state, restarts }) => state === 'open' && restarts === 1)
  expect(rig.events().filter(({ type, name }) => type === 'starting' && name !== 'quick')).toHaveLength(1)

  up.signal('SIGKILL')
  await up.exit
  await slow.print('up')
  await rig.until('all are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
  await rig.until('it is told', () => rig.events().some(({ type, name }) => type === 'open' && name === 'last'))
  const told = rig.events().filter(({ type }) => type === 'starting' || type === 'open')
  const count = (type: string, name: string): number =>
    told.filter((event) => event.type === type && event.name === name).length
  for (const name of ['slow', 'last']) expect([count('starting', name), count('open', name)]).toEqual([1, 1])
  expect(await rig.line('last')).toMatchObject({ restarts: 0 })
})
