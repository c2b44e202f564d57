/** `p2p open` and `p2p url --open`: the real binary, with clients that say what they were given. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

/** Programs that print their name and arguments, each in brackets. */
function withClients(rig: Rig, ...names: string[]): void {
  const folder = join(rig.folder, 'clients')
  mkdirSync(folder)
  for (const name of names) {
    const file = join(folder, name)
    writeFileSync(file, `#!/bin/sh\nprintf '[%s]' ${name} "$@"; echo; exit 7\n`)
    chmodSync(file, 0o755)
  }
  rig.env['PATH'] = `${folder}:${rig.env['PATH'] ?? ''}`
}

test('the client that fits runs through the tunnel, which is closed afterwards', async () => {
  const rig = new Rig({ BROWSER: '' })
  rig.write(`name: lab
tunnels:
  db: { port: auto, tcp: { to: '127.0.0.1:5432' }, restart: "no" }
  pi: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", client: [ssh, -p, '{port}', 'pi@{host}'] }
  odd: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no" }
`)
  withClients(rig, 'psql', 'ssh')
  const db = await rig.p2p('open', 'db', '--', '-U', 'app', '$(touch x)')
  const { port } = await rig.line('db')
  expect(db).toMatchObject({ status: 7, stdout: `[psql][-h][127.0.0.1][-p][${port}][-U][app][$(touch x)]\n` })
  expect(db.stderr).toContain(`psql -h 127.0.0.1 -p ${port} -U app '$(touch x)'`)
  expect((await rig.line('db')).state).toBe('closed')

  const pi = await rig.p2p('open', 'pi')
  expect(pi.stdout).toMatch(/^\[ssh\]\[-o\]\[HostKeyAlias=lab-pi\]\[-p\]\[\d+\]\[pi@127\.0\.0\.1\]\n$/)

  const odd = await rig.p2p('open', 'odd')
  expect([odd.status, odd.stdout]).toEqual([2, ''])
  expect(odd.stderr).toContain('no client is known for odd')
})

test('a client that is not installed is told before anything is opened', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { db: { port: auto, tcp: { to: '127.0.0.1:1' }, client: [no-such-client, '{port}'] } }\n`)
  const { status, stderr } = await rig.p2p('open', 'db')
  expect([status, stderr]).toEqual([127, expect.stringContaining('no-such-client is not installed')])
  expect((await rig.line('db')).state).toBe('closed')
})

test('a url goes to the browser as one argument, and its tunnel stays open', async () => {
  const rig = new Rig({ BROWSER: 'browse' })
  rig.write(`tunnels:
  web: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", url: 'http://{host}:{port}/$(touch x) y' }
  file: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", url: 'file:///etc/passwd' }
  login: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", url: 'http://me:secret@{host}:{port}/' }
`)
  withClients(rig, 'browse')
  const closed = await rig.p2p('url', '--open', 'web')
  expect([closed.status, closed.stdout]).toEqual([1, ''])
  expect(closed.stderr).toContain('p2p open web')

  const web = await rig.p2p('open', 'web')
  const line = await rig.line('web')
  expect([line.state, web.stdout]).toEqual(['open', `[browse][http://127.0.0.1:${line.port}/$(touch%20x)%20y]\n`])
  expect((await rig.p2p('url', '--open', 'web')).stdout.split('\n')[1]).toContain('[browse][http://')

  expect((await rig.p2p('open', 'file')).status).toBe(2)
  const login = await rig.p2p('open', 'login')
  expect([login.status, login.stdout]).toEqual([2, ''])
  expect(login.stderr).not.toContain('secret@')
})

test('BROWSER may have arguments, a place for the url, and more than one browser', async () => {
  const rig = new Rig({ BROWSER: 'no-such-browser %s:browse --tab  --to=%s -q' })
  rig.write(
    `tunnels: { web: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", url: 'http://{host}:{port}/$&' } }\n`,
  )
  withClients(rig, 'browse')
  const { stdout } = await rig.p2p('open', 'web')
  expect(stdout).toBe(`[browse][--tab][--to=http://127.0.0.1:${(await rig.line('web')).port}/$&][-q]\n`)
})

test('a secret in a client is not shown, and a client that can not be started is no bug', async () => {
  const rig = new Rig({ PW: 's3cret-value' })
  rig.write(`accounts: { default: { user: me, password: { env: PW } } }
tunnels:
  db: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", client: [psql, 'password=$PW'] }
  nul: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", client: [psql, "a\\0b"] }
`)
  withClients(rig, 'psql')
  const db = await rig.p2p('open', 'db')
  expect(db).toMatchObject({ status: 7, stdout: '[psql][password=s3cret-value]\n' })
  expect(db.stderr).toContain('note: psql ')
  expect(db.stderr).not.toContain('s3cret')

  const nul = await rig.p2p('open', 'nul')
  expect([nul.status, nul.stderr]).toEqual([126, expect.stringContaining('p2p: psql: an argument holds a NUL byte')])
})
