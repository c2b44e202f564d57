import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { finished, mainFile, start, type Ran } from '../support/process.ts'
import { Rig, pidOf, read } from '../support/rig.ts'

/** A p2p of its own, as npm would install it: its files can be removed and replaced. */
function installed(rig: Rig): { dist: string; p2p: (...args: string[]) => Promise<Ran> } {
  const dist = join(rig.folder, 'installed/dist')
  mkdirSync(dist, { recursive: true })
  cpSync(dirname(mainFile), dist, { recursive: true })
  writeFileSync(join(dist, '../package.json'), '{"type":"module"}')
  symlinkSync(resolve(dirname(mainFile), '../node_modules'), join(dist, '../node_modules'))
  const p2p = (...args: string[]): Promise<Ran> =>
    finished(start(join(dist, 'main.js'), args, { cwd: rig.project, env: rig.env }))
  return { dist, p2p }
}

const supervisorLog = (rig: Rig): string =>
  read(rig.files('state').find((file) => file.endsWith('@supervisor/log')) ?? '')

test('a supervisor reopens tunnels after its own files were removed, and helpers still run', async () => {
  const rig = new Rig()
  const { dist, p2p } = installed(rig)
  rig.write(`tunnels:
  a: { command: [sleep, '1000'] }
  b: { command: [sleep, '1000'], ready: { command: ['true'] } }
`)
  expect((await p2p('up')).status).toBe(0)
  const supervisor = rig.supervisor()
  rmSync(dirname(dist), { recursive: true })
  for (const name of ['a', 'b']) {
    process.kill(await rig.pid(name), 'SIGKILL')
    await rig.happened(name, 'open', 2)
  }
  expect(rig.supervisor()).toBe(supervisor)
  expect(supervisorLog(rig)).not.toContain('could not')
})

test('a relay whose program is gone while p2p is updated is named, and reopened once it is there', async () => {
  const rig = new Rig()
  const { dist, p2p } = installed(rig)
  rig.write(`tunnels: { a: { port: auto, tcp: { to: 127.0.0.1:9 } } }\n`)
  expect((await p2p('up')).status).toBe(0)
  await rig.until('the supervisor is loaded', () => supervisorLog(rig).includes('watching'))
  renameSync(dist, `${dist}-old`)
  process.kill(await rig.pid('a'), 'SIGKILL')
  const { reason } = await rig.lineThat('a', 'shows the fault', ({ code }) => code === 'p2p.fault')
  expect(reason).toContain(`p2p itself failed to open it: ${join(dist, 'children/relay.js')} does not exist any more`)
  renameSync(`${dist}-old`, dist)
  await rig.happened('a', 'open', 2)
})

test.each([
  ['"build":"\\w+"', '"build":"older"', 'of another build of p2p'],
  ['"node":"[^"]+"', '"node":"/nowhere/node"', 'run by a Node that is gone (/nowhere/node)'],
])(
  'up replaces an outdated supervisor and touches no tunnel; ps and doctor name it before: %s',
  async (now, then, why) => {
    const rig = new Rig()
    const { p2p } = installed(rig)
    rig.write(`tunnels: { a: { command: [sleep, '1000'] } }\n`)
    expect((await p2p('up')).status).toBe(0)
    const [tunnel, supervisor] = [await rig.pid('a'), rig.supervisor()]
    expect((await p2p('ps')).stderr).toBe('')
    expect((await p2p('doctor')).stdout).not.toContain(why)
    // As if the commands alone, or Node, had been upgraded since.
    writeFileSync(sup(rig), readFileSync(sup(rig), 'utf8').replace(new RegExp(now), then))
    expect((await p2p('ps')).stderr).toContain(`${why}; p2p up replaces it`)
    expect((await p2p('doctor')).stdout).toContain(why)
    expect((await p2p('up')).status).toBe(0)
    expect(await rig.pid('a')).toBe(tunnel)
    await rig.until('another supervisor', () => rig.supervisor() !== supervisor)
    expect((await p2p('ps')).stderr).toBe('')
  },
)

test('a fault of p2p itself is tried again with growing delays, and told', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'] } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const desired = rig.files('state').find((file) => file.endsWith('/desired.json')) ?? ''
  writeFileSync(desired, readFileSync(desired, 'utf8').replace('"args":["1000"]', '"args":[null]'))
  process.kill(pidOf(await rig.pid('a')), 'SIGKILL')
  const { reason } = await rig.lineThat('a', 'shows the fault', ({ code }) => code === 'p2p.fault')
  expect(reason).toContain('p2p itself failed to open it')
  for (const command of [['why', 'a'], ['doctor']])
    expect((await rig.look(...command)).stdout).toContain('p2p itself failed to open it')
  await rig.until('a second try', () => supervisorLog(rig).split('could not open a').length >= 3)
  expect(supervisorLog(rig).split('could not open a').length).toBeLessThan(6)
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.line('a')).state).toBe('open')
})

function sup(rig: Rig): string {
  return rig.files('state').find((file) => /\/sup\.\d+$/.test(file)) ?? ''
}
