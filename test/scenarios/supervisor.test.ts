import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, isAlive, pidOf, read, until } from './rig.ts'

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
  await until(
    'it comes back',
    async () => (await rig.line('web')).state === 'open' && (await rig.line('web')).pid !== first,
  )
  expect(await rig.line('web')).toMatchObject({ restarts: 1, state: 'open' })
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
  await until('one comes back', async () => {
    const line = await rig.line('returns')
    return line.state === 'open' && line.pid !== before
  })
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
  await until('the second is going to be retried', async () => (await rig.line('offline')).state === 'retrying')
  expect(await rig.line('wrong-password')).toMatchObject({ state: 'failed' })
  await until('it was retried', async () => Number((await rig.line('offline'))['restarts']) >= 1)
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
  await until('it gave up', async () => {
    const line = await rig.line('hopeless')
    return line.state === 'failed' && line['restarts'] === 1
  })
})

test('the supervisor can be killed: ps says so, up brings it back, nothing is doubled', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:${relay(await freePort())}`)
  await rig.p2p('up')
  const pid = await rig.pid('web')
  const supervisor = supervisorOf(rig)
  process.kill(supervisor, 'SIGSTOP')
  expect((await rig.p2p('ps')).stderr).toContain(`kill -CONT ${supervisor}`)
  expect((await rig.p2p('why', 'web')).stdout).toContain(`x supervisor  PID ${supervisor} is stopped`)
  process.kill(supervisor, 'SIGKILL')
  await until('it is gone', () => !isAlive(supervisor))
  expect((await rig.p2p('ps')).stderr).toContain('p2p up brings it back')
  await rig.p2p('up')
  await until('a new one is there', () => supervisorOf(rig) !== supervisor)
  expect(await rig.pid('web')).toBe(pid)
  process.kill(pid, 'SIGKILL')
  await until(
    'it keeps the tunnel open',
    async () => (await rig.line('web')).state === 'open' && (await rig.pid('web')) !== pid,
  )
})

test('a supervisor whose state folder was removed leaves, and watches over no other one in its place', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:${relay(await freePort())}`)
  await rig.p2p('up')
  const [supervisor, line] = [supervisorOf(rig), await rig.line('web')]
  // In one step: file by file, the supervisor would write between two of them.
  renameSync(join(rig.folder, 'state'), join(rig.folder, 'removed'))
  await until('it is gone', () => !isAlive(supervisor))
  // Nobody knows this tunnel any more.
  process.kill(pidOf(line.pid), 'SIGKILL')
  await until('its launcher has ended', () => !isAlive(pidOf(line.launcherPid)))
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
  await until('the child waits', async () => (await rig.line('child')).state === 'retrying')
  expect((await rig.line('child')).reason).toContain('parent')
  rig.write('', '../gate')
  await until('both are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
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
  await until('it followed', async () => {
    const line = await rig.line('follows')
    return line.state === 'open' && line.pid !== follows
  })
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
  await until('it is reopened', async () => {
    const line = await rig.line('web')
    return line.state === 'open' && line.pid !== first
  })
  expect(isAlive(first)).toBe(false)
  expect((await rig.p2p('logs')).stdout).not.toContain('@supervisor')
  expect((await rig.p2p('logs', '@supervisor')).stdout).toMatch(/web: reopening: /)
})

test('down ends the supervisor with the last tunnel', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:${relay(await freePort())}
  b:${relay(await freePort())}`)
  await rig.p2p('up')
  await rig.p2p('down', 'a')
  expect(isAlive(supervisorOf(rig))).toBe(true)
  expect((await rig.line('a')).state).toBe('closed')
  await rig.p2p('down')
  expect(rig.processes()).toEqual([])
})

function supervisorOf(rig: Rig): number {
  const pidFile = rig.files('state').find((file) => file.endsWith('/t/@supervisor/pid'))
  return pidOf(Number(read(pidFile ?? '')))
}

test('while up waits, the supervisor keeps off what it is about to launch, and takes over when up is killed', async () => {
  const rig = new Rig()
  const go = join(rig.folder, 'go')
  const slow = `[sh, -c, "until [ -e ${go} ]; do sleep 0.05; done; echo up; exec sleep 1000"]`
  rig.write(`tunnels:
  quick: { command: [sleep, '1000'], restart: always }
  slow: { command: ${slow}, ready: { log: ^up }, restart: always }
  last: { command: [sleep, '1000'], depends_on: [slow], restart: always }
`)
  const up = rig.start('up')
  await until('the supervisor is there', () => rig.files('state').some((path) => path.includes('/sup.')))
  await rig.lineThat('quick', 'is open', ({ state }) => state === 'open')
  // The supervisor acts on this one, so it has looked around, and left the others alone.
  process.kill(await rig.pid('quick'), 'SIGKILL')
  await rig.lineThat('quick', 'is back', ({ state, restarts }) => state === 'open' && restarts === 1)
  expect(rig.events().filter(({ type, name }) => type === 'starting' && name !== 'quick')).toHaveLength(1)

  up.child.kill('SIGKILL')
  await up.closed
  writeFileSync(go, '')
  await until('all are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
  await until('it is told', () => rig.events().some(({ type, name }) => type === 'open' && name === 'last'))
  const told = rig.events().filter(({ type }) => type === 'starting' || type === 'open')
  const count = (type: string, name: string): number =>
    told.filter((event) => event.type === type && event.name === name).length
  for (const name of ['slow', 'last']) expect([count('starting', name), count('open', name)]).toEqual([1, 1])
  expect(await rig.line('last')).toMatchObject({ restarts: 0 })
})
