import { execFileSync } from 'node:child_process'
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { isAlive, pidOf, read, Rig } from '../support/rig.ts'

const fileOf = (rig: Rig, pattern: RegExp): string => rig.files('state').find((file) => pattern.test(file)) ?? ''

test('a damaged ports.json keeps nothing from being seen and closed, and up sets it aside', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: auto, restart: no, tcp: { to: '127.0.0.1:1' } } }`)
  await rig.p2p('up')
  truncateSync(fileOf(rig, /\/ports\.json$/))
  expect((await rig.p2p('ps', '--json')).status).toBe(0)
  expect(await rig.p2p('down')).toMatchObject({ status: 0 })
  expect(rig.files('state').filter((file) => file.endsWith('/ports.json.damaged'))).toHaveLength(1)
  expect((await rig.p2p('up')).status).toBe(0)
})

test('a kept project that was changed is not used', async () => {
  const rig = new Rig()
  const [port, other] = [await freePort(), await freePort()]
  rig.write(`tunnels: { a: { port: ${port}, restart: no, tcp: { to: '127.0.0.1:1' } } }`)
  for (const command of ['up', 'down', 'up', 'down']) await rig.p2p(command)
  const kept = rig.files('state').filter((file) => file.includes('/cache/projects/'))
  expect(kept).not.toEqual([])
  for (const file of kept) writeFileSync(file, read(file).replaceAll(String(port), String(other)))
  await rig.p2p('up')
  expect((await rig.p2p('port', 'a')).stdout).toBe(`127.0.0.1:${port}\n`)
})

test('a pipe in the place of what is kept is not waited for', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }`)
  for (const command of ['up', 'ps', 'ps']) await rig.p2p(command)
  for (const file of rig.files('state').filter((file) => /\/cache\/projects\/|\/proofs\.json$/.test(file))) {
    rmSync(file)
    execFileSync('mkfifo', [file])
  }
  expect((await rig.p2p('ps')).stdout).toMatch(/^a +open/m)
  expect((await rig.p2p('down')).status).toBe(0)
})

test('unknown processes are refused also where another file is damaged', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }`)
  await rig.p2p('up')
  const saved = ['state.json', 'specs.json'].map((name) => {
    const file = fileOf(rig, new RegExp(`/${name}$`))
    return [file, read(file)] as const
  })
  await rig.p2p('restart')
  const [state] = saved.map(([file]) => file)
  const later = saved.map(([file]) => read(file))
  for (const [file, text] of saved) writeFileSync(file, text)
  truncateSync(join(state ?? '', '..', 'project.json'))
  expect(await rig.p2p('up')).toMatchObject({ status: 6, stderr: expect.stringContaining('do not know') as string })
  for (const [i, [file]] of saved.entries()) writeFileSync(file, later[i] ?? '')
  expect((await rig.p2p('down')).status).toBe(0)
})

test('a socket that its program has passed on and closed proves nothing any more', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(
    `const { spawnSync } = require('node:child_process')
const server = require('node:net').createServer().listen(+process.argv[2], '127.0.0.1')
process.on('SIGUSR2', () => {
  const options = { env: {}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore', server._handle] }
  const line = '"$0" -e "setInterval(() => {}, 1000)" >/dev/null & echo $!'
  const { stdout } = spawnSync('/usr/bin/setsid', ['/bin/sh', '-c', line, process.execPath], options)
  server.close(() => console.log('passed on to ' + stdout))
  setInterval(() => {}, 1000)
})`,
    'passes.cjs',
  )
  rig.write(`tunnels: { a: { port: ${port}, command: [node, passes.cjs, "{port}"], restart: no } }`)
  await rig.p2p('up')
  expect(await rig.line('a')).toMatchObject({ state: 'open' })
  process.kill(pidOf(Number((await rig.line('a'))['pid'])), 'SIGUSR2')
  await rig.until('it is passed on', async () => (await rig.look('logs', 'a')).stdout.includes('passed on'))
  const other = pidOf(Number(/passed on to (\d+)/.exec((await rig.look('logs', 'a')).stdout)?.[1]))
  onTestFinished(() => {
    if (isAlive(other)) process.kill(other, 'SIGKILL')
  })
  const holder = expect.stringContaining(`PID ${other}`) as string
  expect(await rig.line('a')).toMatchObject({ state: 'unhealthy', reason: holder })
})

test('an entry of PATH that can not be looked into is skipped', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }`)
  writeFileSync(join(rig.project, 'file'), '')
  const { PATH = '' } = process.env
  rig.env['PATH'] = `${join(rig.project, 'file', 'bin')}:${PATH}`
  expect((await rig.p2p('up')).status).toBe(0)
})
