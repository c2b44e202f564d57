import { expect, test } from 'vitest'
import { finished } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const waiting = `
  web: { command: [sleep, '1000'], depends_on: [pi] }
  far: { command: [sleep, '1000'], depends_on: [web] }
`
const jsonLines = (text: string): Record<string, unknown>[] =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))

test('what is tried again is said by up, ps, why, wait and events alike', async () => {
  const rig = new Rig()
  const gate = `${rig.folder}/gate`
  rig.write(`tunnels:
  pi: { command: [sh, -c, 'test -e ${gate} && exec sleep 1000'] }${waiting}`)
  const { status, stderr } = await rig.p2p('up')
  expect(status).toBe(1)
  expect(stderr).toContain('tried again in ')
  expect(stderr).toContain('! web  not started: opens when pi is open')
  expect(stderr).toContain('! far  not started: opens when web is open')
  expect(stderr).toContain('p2p wait pi web far; close them with: p2p down\n')

  expect(await rig.line('web')).toMatchObject({ next: { what: 'opens', at: null, on: 'pi' }, state: 'retrying' })
  expect((await rig.line('far')).reason).toBe('opens when web is open')
  const pi = await rig.lineThat('pi', 'is planned', ({ nextRetryAt }) => nextRetryAt !== null)
  expect(pi['next']).toEqual({ what: 'retries', at: pi['nextRetryAt'], on: null })
  expect((await rig.look('why', 'web')).stdout).toContain('on-failure: opens when pi is open')
  const told = jsonLines((await rig.look('events', '--json')).stdout)
  expect(told.find(({ name, type }) => name === 'far' && type === 'skipped')).toMatchObject({
    next: { what: 'opens', on: 'web' },
  })
  rig.write('', '../gate')
  expect((await rig.p2p('wait', '--timeout', '30s')).status).toBe(0)
})

test('what depends on a tunnel that failed for good is blocked, and not retried', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  pi: { command: [/no/such/program] }${waiting}`)
  const { stderr } = await rig.p2p('up')
  const blocked = 'blocked by pi (failed: program /no/such/program was not found)'
  expect(stderr).toContain(`! far  not started: ${blocked}`)
  expect(stderr).not.toContain('p2p wait')
  for (const name of ['web', 'far'])
    expect(await rig.line(name)).toMatchObject({
      state: 'failed',
      reason: blocked,
      next: { what: 'blocked', on: 'pi' },
    })
  expect(await rig.line('pi')).toMatchObject({ state: 'failed', next: { what: 'none', at: null, on: null } })
  expect((await rig.look('why', 'far')).stdout).toContain(`on-failure: ${blocked}`)
  const waited = await rig.p2p('wait', 'far', '--timeout', '20s')
  expect([waited.status, waited.stderr]).toEqual([1, expect.stringContaining(blocked)])
  // What helps is said of the need: another `up` would not.
  expect(waited.stderr).toContain('try: pi: ')
  const why = await rig.look('why', 'far')
  expect(why.stdout).toMatch(/^- process +not launched: web is not open/m)
  expect(why.stdout).not.toContain('p2p up')
})

test('a need that fails after Ctrl-C blocks the rest as it would have within up', async () => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels:
  pi: { command: ${program.command}, ready: { log: ^up }, restart: 'no' }${waiting}`)
  const up = rig.start('up')
  const pi = await program.next()
  await up.says(/waiting for output/)
  up.signal('SIGINT')
  expect((await finished(up)).status).toBe(130)
  await pi.exit(3)
  const blocked = 'blocked by pi (failed: exited with status 3)'
  for (const name of ['web', 'far'])
    await rig.lineThat(name, 'is blocked', ({ state, reason }) => state === 'failed' && reason === blocked)
  expect((await rig.look('why', 'web')).stdout).toContain('p2p why pi tells more')
  // What was closed is opened by the next up.
  await rig.p2p('down', 'pi')
  expect((await rig.look('why', 'web')).stdout).toContain('p2p up web opens pi as well')
})

test('what needs a healthy tunnel says so, and its first start is no restart', async () => {
  const rig = new Rig()
  const gate = `${rig.folder}/gate`
  rig.write(`tunnels:
  pi: { command: [sh, -c, 'test -e ${gate} && exec sleep 1000'], healthcheck: { command: ['true'], interval: 100ms } }
  web: { command: [sleep, '1000'], depends_on: { pi: { condition: healthy } } }
`)
  expect((await rig.p2p('up')).stderr).toContain('web  not started: opens when pi is healthy')
  expect((await rig.look('events')).stdout).toContain('opens when pi is healthy: ')
  rig.write('', '../gate')
  const { restarts } = await rig.lineThat('web', 'is open', ({ state }) => state === 'open')
  expect(restarts).toBe(0)
})

test('Ctrl-C in up --attach closes what is still opening, too', async () => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels:
  pi: { command: ${program.command}, ready: { log: ^up } }${waiting}`)
  const up = rig.start('up', '--attach')
  await program.next()
  await up.says(/waiting for output/)
  up.signal('SIGINT')
  const { status, stderr } = await finished(up)
  expect([status, stderr]).toEqual([130, expect.not.stringMatching(/opens when pi is open|stays open|p2p down/)])
  expect((await rig.ps()).map(({ state, next }) => [state, next])).toEqual([1, 2, 3].map(() => ['closed', null]))
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('after %s up says that the rest opens, and so it does', async (signal, status) => {
  const rig = new Rig()
  const program = await rig.program()
  rig.write(`tunnels:
  pi: { command: ${program.command}, ready: { log: ^up } }${waiting}`)
  const up = rig.start('up')
  const pi = await program.next()
  await rig.until('the rest waits', async () => (await rig.line('web')).reason === 'opens when pi is open')
  await rig.until('a supervisor is there', () => rig.files('state').some((path) => path.includes('/sup.')))
  up.signal(signal)
  const ended = await finished(up)
  expect(ended.status).toBe(status)
  expect(ended.stderr).toContain('! web  not started: opens when pi is open')
  expect(ended.stderr).not.toContain('nothing more')
  expect(await rig.line('far')).toMatchObject({ state: 'retrying', reason: 'opens when web is open' })
  await pi.print('up')
  await rig.until('all are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
})
