import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const stateFile = (rig: Rig, name: string): string =>
  rig.files('state').find((file) => file.endsWith(`/${name}`)) ?? `no ${name}`

/** Two open tunnels, one of which a supervisor keeps open. */
async function opened(): Promise<{
  rig: Rig
  pids: () => Promise<unknown[]>
  edit: (file: string, by: (text: string) => string) => void
}> {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'] }, b: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  return {
    rig,
    pids: async () => (await rig.ps()).map(({ state, pid }) => [state, pid]),
    edit: (file, by) => {
      const path = stateFile(rig, file)
      writeFileSync(path, by(readFileSync(path, 'utf8')))
    },
  }
}

/** What is right JSON, and not what runs. */
const wrongIndexes: [string, (text: string) => string][] = [
  ['no entry', () => '{"format":1,"entries":{}}'],
  [
    'another attempt',
    (text) => text.replace(/"attempt":"(.)/g, (_, digit: string) => `"attempt":"${digit === '0' ? '1' : '0'}`),
  ],
  ['entries of a wrong shape', () => '{"format":1,"entries":{"a":{"attempt":7},"b":[]}}'],
  ['a number for an entry', () => '{"format":1,"entries":{"a":3}}'],
  ['text for a list of endpoints', (text) => text.replaceAll('"endpoints":[]', '"endpoints":"none"')],
]

test('ps tells the truth beside a wrong state.json, up starts nothing, down closes', async () => {
  const { rig, pids, edit } = await opened()
  const before = await pids()
  for (const [what, by] of wrongIndexes) {
    edit('state.json', by)
    expect([what, ...(await pids())]).toEqual([what, ...before])
    expect((await rig.p2p('up')).status).toBe(0)
    expect([what, ...(await pids())]).toEqual([what, ...before])
  }
  edit('state.json', () => '{"format":1,"entries":{}}')
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test('down closes beside a wrong shape as well', async () => {
  const { rig, edit } = await opened()
  edit('state.json', () => '{"format":1,"entries":{"a":{"attempt":7},"b":[]}}')
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test.each([
  ['specs.json', '{"format":1,"entries":{"a":{"record":{},"spec":{"name":"a"}}}}'],
  ['desired.json', '{"format":1,"entries":{"a":{"want":"perhaps"}}}'],
  ['ports.json', '{"format":1,"entries":{"a":"many"}}'],
])('with a wrong shape in %s tunnels can be closed', async (file, text) => {
  const { rig, edit } = await opened()
  if (file === 'ports.json') writeFileSync(stateFile(rig, 'state.json').replace('state.json', file), text)
  else edit(file, () => text)
  const { status, stderr } = await rig.p2p('ps')
  expect([0, 6]).toContain(status)
  if (status === 6) expect(stderr).toContain(file)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test('processes that no file knows are named, and nothing is started beside them', async () => {
  const { rig, edit } = await opened()
  edit('state.json', () => '{"format":1,"entries":{}}')
  edit('specs.json', () => '{"format":1,"entries":{}}')
  for (const command of ['up', 'down']) {
    const { status, stderr } = await rig.p2p(command)
    expect([status, stderr]).toEqual([6, expect.stringContaining('PIDs')])
  }
  for (const pid of rig.processes()) if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL')
})

test('a later format is refused, and nothing is changed', async () => {
  const { rig, edit } = await opened()
  await rig.p2p('down')
  for (const file of ['state.json', 'specs.json', 'desired.json']) {
    edit(file, (text) => text.replace('"format":1', '"format":2'))
    const before = readFileSync(stateFile(rig, file), 'utf8')
    const { status, stderr } = await rig.p2p('up')
    expect([status, stderr]).toEqual([6, expect.stringContaining('format 2')])
    expect(readFileSync(stateFile(rig, file), 'utf8')).toBe(before)
    edit(file, (text) => text.replace('"format":2', '"format":1'))
  }
  expect(rig.processes()).toEqual([])
})

test.each(['null\n', 'l 1\n', '{"a":1}\n'])(
  'a run file that holds %j, and no index: seen and closed all the same',
  async (text) => {
    const { rig, pids } = await opened()
    const before = await pids()
    for (const file of rig.files('state').filter((path) => /\/runs\/[0-9a-f]{32}$/.test(path)))
      writeFileSync(file, text)
    rmSync(stateFile(rig, 'state.json'))
    expect(await pids()).toEqual(before)
    expect((await rig.p2p('up')).status).toBe(0)
    expect(await pids()).toEqual(before)
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  },
)
