/** Commands that meet: what one decided before it waited may be wrong when it goes on. */
import { rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { finished } from '../support/process.ts'
import { Rig, read } from '../support/rig.ts'

test('several up at once over a chain of dependencies: one process for each tunnel, and none after down', async () => {
  const rig = new Rig()
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()]
  rig.write(
    `tunnels:\n${ports
      .map(
        (port, i) => `  t${i}:
    port: ${port}
    tcp: { to: 127.0.0.1:9 }
    restart: no
${i === 0 ? '' : `    depends_on: [t${i - 1}]\n`}`,
      )
      .join('')}`,
  )
  for (let round = 0; round < 2; round++) {
    const all = await Promise.all(Array.from({ length: 4 }, () => rig.p2p('up')))
    expect(all.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0])
    expect(rig.processes()).toHaveLength(2 * ports.length)
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  }
})

test('an up that was stopped while another opened the rest launches nothing on top', async () => {
  const rig = new Rig()
  const [program, port] = [await rig.program(), await freePort()]
  rig.write(`defaults: { restart: no }
tunnels:
  a: { port: ${port}, command: ${program.command} }
  b:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:9 }
    depends_on: [a]
  c:
    command: [sleep, '1000']
    depends_on: [b]
`)
  const first = rig.start('up')
  const a = await program.next()
  const second = rig.start('up')
  // Past its first round, so that it is not stopped while holding the project's lock.
  await second.says(/waiting/)
  second.signal('SIGSTOP')
  await a.listen(port)
  expect((await finished(first)).status).toBe(0)
  const before = await rig.pid('c')
  second.signal('SIGCONT')
  expect((await finished(second)).status).toBe(0)
  expect(await rig.pid('c')).toBe(before)
  expect(rig.processes()).toHaveLength(6)
})

test('what another command declared anew and opened meanwhile is kept, not closed', async () => {
  const rig = new Rig()
  const program = await rig.program()
  const [a, b, other] = [await freePort(), await freePort(), await freePort()]
  const file = (port: number): string => `defaults: { restart: no }
tunnels:
  a: { port: ${a}, command: ${program.command} }
  b:
    port: ${port}
    tcp: { to: 127.0.0.1:9 }
    depends_on: [a]
`
  rig.write(file(b))
  const first = rig.start('up')
  const opening = await program.next()
  rig.write(file(other))
  expect((await rig.p2p('up', '--no-deps', 'b')).status).toBe(0)
  const pid = await rig.pid('b')
  await opening.listen(a)
  expect((await finished(first)).status).toBe(0)
  expect(await rig.line('b')).toMatchObject({ state: 'open', port: other, pid })
})

test('a down while up waits wins: nothing is opened after it, no supervisor stays', async () => {
  const rig = new Rig()
  const [program, port] = [await rig.program(), await freePort()]
  rig.write(`tunnels:
  a: { port: ${port}, command: ${program.command} }
  b:
    command: [sleep, '1000']
    depends_on: [a]
  c:
    command: [sleep, '1000']
    depends_on: [a]
`)
  const up = rig.start('up')
  const a = await program.next()
  expect((await rig.p2p('down', 'b')).status).toBe(0)
  await a.listen(port)
  expect((await finished(up)).status).toBe(1)
  expect(await rig.line('b')).toMatchObject({ state: 'closed' })
  expect(await rig.line('c')).toMatchObject({ state: 'open' })
  expect((await rig.p2p('down')).status).toBe(0)

  const killed = rig.start('up')
  await program.next()
  killed.signal('SIGKILL')
  await killed.exit
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
  const alone = rig.start('up', 'a')
  await (await program.next()).listen(port)
  expect((await alone.exit).status).toBe(0)
  expect((await rig.line('b')).state).toBe('closed')
  expect((await rig.p2p('down', '--purge')).status).toBe(0)
  expect(rig.filesButLocks()).toEqual([])
})

test('an index that is gone, empty or not an index forgets nothing that runs', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:9 }
    restart: no
`)
  await rig.p2p('up')
  const pid = await rig.pid('web')
  const index = rig.files('state').find((file) => file.endsWith('state.json')) ?? ''
  for (const text of [null, '', '{"format":1,"a":5}', '{"format":1,"entries":{"web":{}}}']) {
    if (text === null) rmSync(index)
    else writeFileSync(index, text)
    expect(await rig.line('web'), String(text)).toMatchObject({ state: 'open', pid })
    expect((await rig.p2p('up')).status).toBe(0)
    expect(await rig.pid('web'), String(text)).toBe(pid)
  }
  rmSync(index)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test('restart leaves a tunnel open when its secret could not be had again', async () => {
  const rig = new Rig({ PW: 'x' })
  rig.write(`accounts: { default: { user: a@b.c, password: { env: PW } } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
`)
  await rig.p2p('up')
  const pid = await rig.pid('pi')
  delete rig.env['PW']
  const restart = await rig.p2p('restart', 'pi')
  expect(restart.status).toBe(1)
  expect(restart.stderr).toContain('PW')
  expect(await rig.line('pi')).toMatchObject({ state: 'open', pid })
})

test('a restart asks for each secret once', async () => {
  const rig = new Rig()
  const asked = `${rig.folder}/asked`
  rig.write(`accounts: { default: { user: a@b.c, password: { command: [sh, -c, "echo x >> ${asked}; echo pw"] } } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
`)
  await rig.p2p('up')
  expect(read(asked)).toBe('x\n')
  expect((await rig.p2p('restart', 'pi')).status).toBe(0)
  expect(read(asked)).toBe('x\nx\n')
})
