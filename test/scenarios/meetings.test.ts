/** Commands that meet: what one decided before it waited may be wrong when it goes on. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, finished, read, until } from './rig.ts'

/** Listens as soon as a file called `gate` is there. */
const gated = (port: number): string => `
    port: ${port}
    command: [sh, -c, 'until [ -e gate ]; do sleep 0.02; done; exec "$$0" -e "require(\\"net\\").createServer().listen(${port}, \\"127.0.0.1\\")"', '${process.execPath}']
`

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
  for (let round = 0; round < 3; round++) {
    const all = await Promise.all(Array.from({ length: 5 }, () => rig.p2p('up')))
    expect(all.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0, 0])
    expect(rig.processes()).toHaveLength(2 * ports.length)
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  }
})

test('an up that was stopped while another opened the rest launches nothing on top', async () => {
  const rig = new Rig()
  rig.write(`defaults: { restart: no }
tunnels:
  a:${gated(await freePort())}
  b:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:9 }
    depends_on: [a]
  c:
    command: [sleep, '1000']
    depends_on: [b]
`)
  const first = rig.start('up')
  await until('a is launched', () => first.stderr.includes('launched'))
  const second = rig.start('up')
  // Past its first round, so that it is not stopped while holding the project's lock.
  await until('the second waits for it', () => second.stderr.includes('waiting'))
  second.child.kill('SIGSTOP')
  rig.write('', 'gate')
  expect((await finished(first)).status).toBe(0)
  const before = await rig.pid('c')
  second.child.kill('SIGCONT')
  expect((await finished(second)).status).toBe(0)
  expect(await rig.pid('c')).toBe(before)
  expect(rig.processes()).toHaveLength(6)
})

test('what another command declared anew and opened meanwhile is kept, not closed', async () => {
  const rig = new Rig()
  const [a, b, other] = [await freePort(), await freePort(), await freePort()]
  const file = (port: number): string => `defaults: { restart: no }
tunnels:
  a:${gated(a)}
  b:
    port: ${port}
    tcp: { to: 127.0.0.1:9 }
    depends_on: [a]
`
  rig.write(file(b))
  const first = rig.start('up')
  await until('a is launched', () => first.stderr.includes('launched'))
  rig.write(file(other))
  expect((await rig.p2p('up', '--no-deps', 'b')).status).toBe(0)
  const pid = await rig.pid('b')
  rig.write('', 'gate')
  expect((await finished(first)).status).toBe(0)
  expect(await rig.line('b')).toMatchObject({ state: 'open', port: other, pid })
})

test('a down while up waits wins: nothing is opened after it, no supervisor stays', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:${gated(await freePort())}
  b:
    command: [sleep, '1000']
    depends_on: [a]
  c:
    command: [sleep, '1000']
    depends_on: [a]
`)
  const up = rig.start('up')
  await until('a is launched', () => up.stderr.includes('launched'))
  expect((await rig.p2p('down', 'b')).status).toBe(0)
  rig.write('', 'gate')
  expect((await finished(up)).status).toBe(1)
  expect(await rig.line('b')).toMatchObject({ state: 'closed' })
  expect(await rig.line('c')).toMatchObject({ state: 'open' })
  expect((await rig.p2p('down')).status).toBe(0)

  rmSync(join(rig.project, 'gate'))
  const killed = rig.start('up')
  await until('a is launched', () => killed.stderr.includes('launched'))
  killed.child.kill('SIGKILL')
  await finished(killed)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
  rig.write('', 'gate')
  expect((await rig.p2p('up', 'a')).status).toBe(0)
  expect((await rig.line('b')).state).toBe('closed')
  expect((await rig.p2p('down', '--purge')).status).toBe(0)
  expect(rig.files('state')).toEqual([])
})

test.each(['removed', '', '{"format":1,"a":5}', '{"format":1,"entries":{"web":{}}}'])(
  'an index that is %j forgets nothing that runs',
  async (text) => {
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
    if (text === 'removed') rmSync(index)
    else rig.write(text, `../${index.slice(rig.folder.length + 1)}`)
    expect(await rig.line('web')).toMatchObject({ state: 'open', pid })
    expect((await rig.p2p('up')).status).toBe(0)
    expect(await rig.pid('web')).toBe(pid)
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  },
)

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
