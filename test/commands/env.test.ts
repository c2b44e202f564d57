/** `p2p env` and `p2p url`. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDotenv } from '../../src/core/text/dotenv.ts'
import { Rig } from '../support/rig.ts'

const awkward = `http://{host}:{port}/$(touch x)'"\\ \`id\` #é`
const file = (port: string): string => `tunnels:
  db: { port: ${port}, tcp: { to: '127.0.0.1:1' }, restart: "no", url: ${JSON.stringify(awkward)} }
  none: { command: [sleep, '1000'], restart: "no" }
  web-pi: { port: auto, bind: '::', tcp: { to: '127.0.0.1:1' }, restart: "no" }
`

test('open tunnels as variables; any other is named, and the status says so', async () => {
  const rig = new Rig()
  rig.write(file('auto'))
  await rig.p2p('up', 'db', 'none')
  const port = (await rig.line('db')).port ?? 0
  const url = awkward.replace('{host}', '127.0.0.1').replace('{port}', port.toString())
  const some = await rig.look('env')
  expect([some.status, some.stderr]).toEqual([3, expect.stringContaining('x web-pi  is not open: closed')])
  expect(await rig.look('env', 'db', 'none')).toMatchObject({ status: 0, stderr: '' })

  const { stdout: json } = await rig.look('env', 'db', '--format', 'json')
  const wanted = { P2P_DB_HOST: '127.0.0.1', P2P_DB_PORT: port.toString(), P2P_DB_URL: url }
  expect(JSON.parse(json)).toEqual(wanted)
  for (const shell of ['sh', 'bash', 'dash']) {
    const { stdout } = await rig.look('env', 'db')
    const script = `eval "$1"; printf '%s\\n' "$P2P_DB_HOST" "$P2P_DB_PORT" "$P2P_DB_URL"; ls`
    const said = execFileSync(shell, ['-c', script, shell, stdout], { cwd: rig.project, encoding: 'utf8' })
    expect(said).toBe(`127.0.0.1\n${port}\n${url}\np2p.yaml\n`)
  }
  const { stdout: dotenv } = await rig.look('env', 'db', '--format', 'dotenv')
  expect(Object.fromEntries(parseDotenv(dotenv, () => undefined))).toEqual(wanted)
  const { stdout: fish } = await rig.look('env', 'db', '--format', 'fish')
  expect(fish).toContain(`set -gx P2P_DB_URL '${url.replace(/[\\']/g, String.raw`\$&`)}'\n`)

  const { stdout: declared, status } = await rig.look('env', '--declared')
  expect([status, declared]).toEqual([0, expect.stringContaining('export P2P_WEB_PI_HOST=::1\n')])
  expect((await rig.look('url', 'db')).stdout).toBe(`${url}\n`)
})

test('a url that holds a secret is refused', async () => {
  const rig = new Rig({ DB_PASSWORD: 'hunter2-long' })
  writeFileSync(join(rig.project, 'pw'), 'x')
  const urls = ['http://me:hunter2@{host}/', 'http://{host}/?token=abc', 'http://{host}/hunter2-long']
  for (const url of urls) {
    rig.write(`accounts: { default: { user: a@b.c, password: { env: DB_PASSWORD } } }
tunnels: { db: { port: auto, tcp: { to: '127.0.0.1:1' }, url: ${JSON.stringify(url)} } }\n`)
    const { status, stdout, stderr } = await rig.look('env', '--declared')
    expect([url, status]).toEqual([url, 3])
    expect(stdout).not.toContain('URL')
    expect(stderr).toContain('x db  its url holds a secret')
    expect(await rig.look('url', 'db')).toMatchObject({ status: 1, stdout: '' })
  }
})
