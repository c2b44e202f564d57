import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { Rig, read } from '../support/rig.ts'

const password = 'S3cr3t-Marker+With/Signs'
const token = 'T0ken-Marker-42'
const forms = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(secret),
]

test('no secret in arguments, state, output or errors: only in private files and the one environment', async () => {
  const rig = new Rig({ PI_PASSWORD: password, API_TOKEN: token })
  const [a, b] = [await freePort(), await freePort()]
  rig.write(`accounts:
  default: { user: you@example.com, password: { env: PI_PASSWORD } }
tunnels:
  pi:
    port: ${a}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    restart: no
  api:
    command: [sh, -c, 'echo "token is $$TOKEN"; env; exec sleep 1000']
    environment: { TOKEN: { env: API_TOKEN } }
    restart: no
  fails:
    port: ${b}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: auth }
    restart: no
`)
  const up = await rig.p2p('up', '--debug')
  expect(up.status).toBe(1)
  const seen: Record<string, string> = { 'up stderr': up.stderr, 'up stdout': up.stdout }
  for (const args of [
    ['ps', '--json'],
    ['ps', '--format', 'wide'],
    ['logs'],
    ['config'],
    ['config', '--format', 'json'],
    ['up', '--dry-run'],
  ]) {
    const ran = await rig.look(...args)
    seen[args.join(' ')] = ran.stdout + ran.stderr
  }
  expect(seen['logs']).toContain('token is ***')
  for (const pid of rig.processes()) seen[`arguments of ${pid}`] = read(`/proc/${pid}/cmdline`)
  for (const file of rig.files('state')) {
    // What a program prints about its own environment is in its own log, masked when shown.
    if (!file.endsWith('/t/api/log')) seen[file] = read(file)
  }
  for (const [where, text] of Object.entries(seen)) {
    for (const form of [...forms(password), ...forms(token)])
      expect(text.includes(form), `${form} in ${where}`).toBe(false)
  }
  expect(rig.files('run').some((file) => read(file).includes(password))).toBe(true)
  // The variable that carried the secret is not inherited by anybody else.
  expect(read((await rig.line('api')).log)).not.toContain('PI_PASSWORD=')
})

test('what a program printed of its secrets goes from its logs together with the values that masked it', async () => {
  const rig = new Rig({ API_TOKEN: token })
  const url = 'https://u:$(printf %s "$$TOKEN" | base64)@host/'
  rig.write(`tunnels:
  api:
    command: [sh, -c, 'echo "token is $$TOKEN"; echo "${url}"; exec sleep 1000']
    environment: { TOKEN: { env: API_TOKEN } }
    restart: no
`)
  await rig.p2p('up')
  const { log } = await rig.line('api')
  writeFileSync(`${log}.1`, `rotated: ${token}\n`)
  expect(read(log)).toContain(token)

  // A new value takes the place of the old one.
  rig.env['API_TOKEN'] = 'An0ther-Marker-43'
  await rig.p2p('restart')
  await rig.until('the second run to speak', () => read(log).includes('An0ther-Marker-43'))
  expect(read(log)).not.toContain(token)
  expect((await rig.look('logs', '--no-log-prefix')).stdout.split('\n')[2]).toBe('token is ***')

  expect((await rig.p2p('down')).status).toBe(0)
  const shown = (await rig.look('logs', '--no-log-prefix')).stdout
  expect(shown).toMatch(/^token is \*+\nhttps:\/\/u:\*+=*@host\/\ntoken is \*+\nhttps:\/\/u:\*+=*@host\/\n$/)
  for (const file of rig.files()) {
    for (const form of [...forms(token), ...forms('An0ther-Marker-43')]) expect(read(file), file).not.toContain(form)
  }
  expect(read(`${log}.1`)).toBe('rotated: ***************\n')
})

test('a missing secret fails its tunnel, names the variable, and only that', async () => {
  const rig = new Rig({ NEIGHBOUR: 'not-to-be-shown' })
  rig.write(`accounts:
  default: { user: a@b.c, password: { env: PI_PASSWORD } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    restart: no
  ok:
    command: [sleep, '1000']
    restart: no
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  expect(up.stderr).toContain('PI_PASSWORD')
  expect(up.stderr).not.toContain('not-to-be-shown')
  expect((await rig.ps()).map(({ state, code }) => [state, code])).toEqual([
    ['failed', 'secret.missing'],
    ['open', null],
  ])
})

test.each(['0000', '0022', '0277', '0777'])('folders are 0700 and files 0600 under umask %s', async (umask) => {
  const rig = new Rig({ PI_PASSWORD: password })
  rig.write(`accounts:
  default: { user: a@b.c, password: { env: PI_PASSWORD } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
  shows:
    command: [sh, -c, 'umask; exec sleep 1000']
    restart: no
`)
  const ran = spawnSync('sh', ['-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, mainFile, 'up'], {
    cwd: rig.project,
    env: rig.env,
    encoding: 'utf8',
  })
  expect(ran.status, ran.stderr).toBe(0)
  for (const root of ['state', 'run']) {
    const top = join(rig.folder, root)
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      expect((statSync(path).mode & 0o777).toString(8), path).toBe(entry.isDirectory() ? '700' : '600')
    }
  }
  // The tunnel's program gets the umask p2p was started with.
  expect((await rig.look('logs', 'shows', '--no-log-prefix')).stdout.trim()).toBe(umask)
})

test('a state folder that is not ours to use: exit 6, and untouched', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:
    command: [sleep, '1000']
`)
  const state = rig.env['P2P_STATE_DIR'] ?? ''

  writeFileSync(state, 'a file')
  expect(await rig.p2p('up')).toMatchObject({ status: 6, stderr: expect.stringContaining('is not a folder') as string })
  expect(readFileSync(state, 'utf8')).toBe('a file')
  rig.env['P2P_STATE_DIR'] = join(rig.folder, 'open')
  mkdirSync(rig.env['P2P_STATE_DIR'])
  chmodSync(rig.env['P2P_STATE_DIR'], 0o777)
  expect(await rig.look('ps')).toMatchObject({
    status: 6,
    stderr: expect.stringContaining('writable by other users') as string,
  })
  expect(statSync(rig.env['P2P_STATE_DIR']).mode & 0o777).toBe(0o777)
  expect(readdirSync(rig.env['P2P_STATE_DIR'])).toEqual([])
  rig.env['P2P_STATE_DIR'] = join(rig.folder, 'link')
  symlinkSync(join(rig.folder, 'home'), rig.env['P2P_STATE_DIR'])
  expect((await rig.p2p('up')).status).toBe(6)
  if (process.geteuid?.() === 0) {
    rig.env['P2P_STATE_DIR'] = join(rig.folder, 'other')
    mkdirSync(rig.env['P2P_STATE_DIR'], { mode: 0o700 })
    spawnSync('chown', ['12345', rig.env['P2P_STATE_DIR']])
    expect(await rig.p2p('up')).toMatchObject({
      status: 6,
      stderr: expect.stringContaining('belongs to user 12345') as string,
    })
  }
  rig.env['P2P_STATE_DIR'] = join(rig.folder, 'fine')
})
