import { Ajv2020 } from 'ajv/dist/2020.js'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { Rig } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { answering, banner, guideReport, printing, putConnectd } from '../doctor/fake-connectd.ts'

const schema = JSON.parse(readFileSync(new URL('../../schemas/output.schema.json', import.meta.url), 'utf8')) as object
const ajv = new Ajv2020({ strictTypes: false, formats: { 'date-time': true } })
ajv.addSchema(schema, 'output')

interface Report {
  status: number | null
  findings: Finding[]
  /** The first finding of that code. */
  of: (code: string) => Finding | undefined
}

async function doctor(rig: Rig, ...args: string[]): Promise<Report> {
  const { status, stdout, stderr } = await rig.p2p('doctor', '--json', ...args)
  if (stdout === '') throw new Error(stderr)
  const findings = JSON.parse(stdout) as Finding[]
  const isDescribed = ajv.getSchema('output#/$defs/doctor')
  expect(isDescribed?.(findings) === true ? null : isDescribed?.errors).toBeNull()
  expect(status).toBe(findings.some(({ level }) => level === 'problem') ? 1 : 0)
  // Whoever is told of a problem is told what to do.
  for (const { level, hint } of findings) if (level === 'problem') expect(hint).not.toBeNull()
  return { status, findings, of: (code) => findings.find((finding) => finding.code === code) }
}

const account = 'accounts: { default: { user: you@example.com, password: { env: PI_PASSWORD } } }\n'
const uid = '80:00:00:00:01:00:0A:C2'

function tunnels(port: number, more = ''): string {
  return `${account}tunnels:\n  pi: { port: ${port}, connectd: { uid: ${uid}${more} } }\n`
}

describe('connectd', () => {
  test('that is there and well is named with version, place and what it says about the network', async () => {
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    const path = putConnectd(rig, answering(printing(guideReport)))
    rig.write(tunnels(await freePort()))
    const { status, of } = await doctor(rig)
    expect(status).toBe(0)
    expect(of('connectd.found')).toMatchObject({
      level: 'ok',
      message: 'connectd 4.6 for x86_64, built Apr 19 2019 at 16:46:38',
      where: `${path} (PATH)`,
    })
    for (const code of ['network.dns', 'network.tcp', 'network.udp', 'network.self-test']) {
      expect(of(code)).toMatchObject({ level: 'ok', where: `${path} -n` })
    }
    expect(of('network.udp')?.message).toContain('This router preserves ports')
  })

  test('that crashes at its first name lookup is a problem, unless its tunnels need none', async () => {
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    putConnectd(rig, answering('kill -SEGV $$'))
    rig.write(tunnels(await freePort()))
    expect((await doctor(rig)).of('connectd.crashes-at-lookup')).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('SIGSEGV') as string,
      hint: expect.stringContaining('connectd.server') as string,
    })
    rig.write(tunnels(await freePort(), ', server: 198.51.100.7:5959'))
    const spared = await doctor(rig)
    expect([spared.status, spared.of('connectd.crashes-at-lookup')?.level]).toEqual([0, 'note'])
  })

  test.each([
    ['network.dns', /DNS works.*/, 'DNS works ... .[FAILED]'],
    ['network.udp', /\[preserve port different IP\] \[OK\]/, ''],
    ['network.self-test', /Looks compatible\./, 'SHA1 failed'],
  ])('%s: what its diagnostics find wrong is a problem', async (code, good, bad) => {
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    putConnectd(rig, answering(printing(guideReport.replace(good, bad))))
    rig.write(tunnels(await freePort()))
    const { findings } = await doctor(rig)
    expect(findings.filter(({ level }) => level === 'problem').map((finding) => finding.code)).toEqual([code])
  })

  test('that crashes at once, or is something else, is told apart', async () => {
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    rig.write(tunnels(await freePort()))
    putConnectd(rig, 'kill -SEGV $$')
    expect((await doctor(rig)).of('connectd.crashes')).toMatchObject({ level: 'problem' })
    putConnectd(rig, 'echo hello')
    expect((await doctor(rig)).of('connectd.unknown')).toMatchObject({ level: 'problem' })
    putConnectd(rig, printing(`${banner}   SIMULATOR\n`))
    expect((await doctor(rig)).of('connectd.simulator')).toMatchObject({ level: 'note' })
  })

  test('that is missing is a problem of the tunnels that need it, and says where to get it', async () => {
    const rig = new Rig({ PI_PASSWORD: 'fine', P2P_CONNECTD: '/nowhere/connectd' })
    rig.write(`${tunnels(await freePort())}  other: { port: ${await freePort()}, connectd: { uid: ${uid} }, profiles: [x] }
  sim: { port: ${await freePort()}, connectd: { uid: ${uid}, program: connectd-sim } }
`)
    const { of } = await doctor(rig)
    expect(of('program.missing')).toMatchObject({
      level: 'problem',
      message: '/nowhere/connectd was not found',
      where: 'tunnels pi, other',
      hint: expect.stringContaining('connectd-sim') as string,
    })
    expect(of('connectd.simulator')).toMatchObject({ level: 'note', where: 'tunnel sim' })
  })

  test('gets no variable that is a secret', async () => {
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    const seen = join(rig.folder, 'seen')
    putConnectd(rig, `env >>${seen}\n${answering(printing(guideReport))}`)
    rig.write(tunnels(await freePort()))
    await doctor(rig)
    expect(readFileSync(seen, 'utf8')).toContain('CONNECTD_SIM_SPEED')
    expect(readFileSync(seen, 'utf8')).not.toContain('PI_PASSWORD')
  })
})

describe('the project', () => {
  test('may be missing: then only the machine is looked at, without a problem', async () => {
    const { status, of } = await doctor(new Rig())
    expect(status).toBe(0)
    expect(of('config.missing')).toMatchObject({
      level: 'note',
      message: expect.stringContaining('no p2p.yaml') as string,
    })
    expect(of('folder.fine')).toBeDefined()
  })

  test('that is invalid is a problem, and the rest is looked at all the same', async () => {
    const rig = new Rig()
    rig.write('tunnels: { pi: { port: nope } }\n')
    const { of } = await doctor(rig)
    expect(of('config.invalid')).toMatchObject({
      level: 'problem',
      hint: expect.stringContaining('p2p config') as string,
    })
    expect(of('folder.fine')).toBeDefined()
  })

  test('is shown by topic on one page, problems with what to try', async () => {
    const rig = new Rig()
    rig.write(`tunnels:\n  api: { command: [p2p-no-such-program] }\n`)
    const { stdout, status } = await rig.p2p('doctor')
    expect(status).toBe(1)
    expect(stdout).toContain(
      'programs\n  problem  program p2p-no-such-program was not found on PATH\n           tunnel api\n           try: ',
    )
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 problem, \d+ notes?$/)
    const quiet = await rig.p2p('doctor', '-q')
    expect(quiet.stdout).not.toContain('  ok ')
  })
})

describe('ports', () => {
  test('a stranger on one is named; what the tunnels hold themselves is theirs', async () => {
    const [own, taken] = [await freePort(), await freePort()]
    const rig = new Rig()
    const yaml = (second: number): string => `tunnels:
  one: { port: ${own}, tcp: { to: 127.0.0.1:9 } }
  two: { port: ${second}, tcp: { to: 127.0.0.1:9 }, restart: no }
`
    rig.write(yaml(await freePort()))
    expect((await rig.p2p('up', 'one')).status).toBe(0)
    expect((await doctor(rig)).of('port.free')).toMatchObject({ level: 'ok' })

    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(taken, '127.0.0.1', resolve))
    onTestFinished(() => {
      stranger.close()
    })
    rig.write(yaml(taken))
    const { findings } = await doctor(rig)
    expect(findings.filter(({ topic }) => topic === 'ports')).toEqual([
      {
        level: 'problem',
        topic: 'ports',
        code: 'port.taken',
        message: expect.stringMatching(`^port ${taken} is already in use by .* \\(PID ${process.pid}\\)$`) as string,
        where: 'tunnel two',
        hint: expect.any(String) as string,
      },
    ])
  })

  test('who holds the UDP port that connectd could not get is named', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '0.0.0.0', resolve))
    onTestFinished(() => {
      socket.close()
    })
    const { port } = socket.address()
    const rig = new Rig({ PI_PASSWORD: 'fine' })
    putConnectd(rig, `echo '!!exit [016] : Cannot Bind UDP Port ${port}'; exit 16\n`)
    rig.write(`${account}tunnels:\n  pi: { port: ${await freePort()}, connectd: { uid: ${uid} }, restart: no }\n`)
    const up = await rig.p2p('up')
    expect(up.stderr).toContain(`UDP port ${port}, which connectd picked, is already in use`)
    expect((await doctor(rig)).of('port.udp-taken')).toMatchObject({
      message: expect.stringMatching(`UDP port ${port}.* in use by .* \\(PID ${process.pid}\\)`) as string,
    })
  })
})

test('a secret that can not be opened is a problem of those that need it, and no value is ever shown', async () => {
  const rig = new Rig({ GOOD: 'Marker-Good', BAD: 'Marker with blanks' })
  rig.write(`accounts:
  default: { user: a@b.c, password: { env: GOOD } }
  blanks: { user: a@b.c, password: { env: BAD } }
  unused: { user: a@b.c, auth_hash: { file: none.txt } }
tunnels:
  one: { port: ${await freePort()}, connectd: { uid: ${uid}, program: connectd-sim } }
  two: { port: ${await freePort()}, connectd: { uid: ${uid}, program: connectd-sim, account: blanks } }
  three: { command: [sh, -c, 'sleep 9'], environment: { TOKEN: { command: [sh, -c, 'echo Marker-Token; exit 1'] } } }
`)
  const { findings } = await doctor(rig)
  const secrets = findings.filter(({ topic }) => topic === 'secrets')
  expect(secrets.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'ok password of account default can be read',
    'problem password of account blanks must be one word without spaces',
    'problem environment TOKEN of tunnel three: the command sh failed (status 1)',
    `note auth_hash of account unused: ${join(rig.project, 'none.txt')} does not exist`,
  ])
  expect(JSON.stringify(findings)).not.toContain('Marker')
})

test('secrets in clear text in files that git has or would take are problems; elsewhere they are worth a note', async () => {
  const rig = new Rig()
  const git = (...args: string[]): void => {
    const ran = spawnSync('git', args, { cwd: rig.project, env: rig.env, encoding: 'utf8' })
    expect(ran.status, ran.stderr).toBe(0)
  }
  rig.write(`accounts:
  default: { user: a@b.c, password: Marker-Literal }
  other: { user: a@b.c, password: { env: SOME } }
  third: { user: a@b.c, password: { file: secret.txt } }
tunnels: {}
`)
  rig.write('SOME=Marker-Env\n', '.env')
  writeFileSync(join(rig.project, 'secret.txt'), 'Marker-File\n', { mode: 0o600 })
  const ofGit = async (): Promise<string[]> => {
    const { findings } = await doctor(rig)
    expect(JSON.stringify(findings)).not.toContain('Marker')
    return findings.filter(({ topic }) => topic === 'git').map(({ code, where }) => `${code} ${where ?? ''}`)
  }
  const [env, file] = [join(rig.project, '.env'), join(rig.project, 'secret.txt')]
  expect(await ofGit()).toEqual(['git.clear-text p2p.yaml:2:37'])

  git('init', '-q')
  expect(await ofGit()).toEqual(['git.not-ignored p2p.yaml:2:37', `git.not-ignored ${env}`, `git.not-ignored ${file}`])
  git('add', 'p2p.yaml')
  rig.write('.env\n', '.gitignore')
  expect(await ofGit()).toEqual(['git.tracked p2p.yaml:2:37', `git.not-ignored ${file}`])

  rig.write('accounts: { default: { user: a@b.c, password: { env: SOME } } }\ntunnels: {}\n')
  expect(await ofGit()).toEqual([`git.clean ${env}`])
  // What was imported, or still waits for it.
  const old = [
    rig.write('autoconnect 1\nuser_id a@b.c\nauth_pass Marker-Old\n', 'SSH-Pi.txt'),
    rig.write('#!/bin/sh\nconnectd -c YUBiLmM= TWFya2Vy 80:00:00:00:01:00:0A:C2 T33000 2 127.0.0.1 12\n', 'pi.sh'),
  ]
  for (const name of ['README', 'script.sh']) rig.write('user_id is the account, connectd -c its switch\n', name)
  expect(await ofGit()).toEqual(old.map((path) => `git.not-ignored ${path}`))
  rig.write('.env\n*.txt\npi.sh\n', '.gitignore')
  expect(await ofGit()).toEqual([`git.clean ${env}`])
  // From a git hook: the variables that git sets there mean another repository.
  rig.env['GIT_DIR'] = join(rig.folder, 'elsewhere')
  expect(await ofGit()).toEqual([`git.clean ${env}`])
})

test('folders that are not ours to use are problems, and stay as they are', async () => {
  const rig = new Rig()
  const state = rig.env['P2P_STATE_DIR'] ?? ''
  mkdirSync(state, { mode: 0o700 })
  chmodSync(state, 0o777)
  rig.write(`tunnels:\n  one: { command: [sleep, '9'] }\n`)
  const { of } = await doctor(rig)
  expect(of('folder.refused')).toMatchObject({
    level: 'problem',
    where: state,
    message: expect.stringContaining('writable by other users') as string,
  })
  rig.env['P2P_STATE_DIR'] = join(rig.folder, 'fine')
  expect((await doctor(rig)).status).toBe(0)
})
