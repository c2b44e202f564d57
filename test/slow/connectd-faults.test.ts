import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Rig, until, type PsLine } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'

interface Row {
  name: string
  /** CONNECTD_SIM_FAULT, or the program's own script. */
  fault?: string
  script?: string
  code: string
  /** What the user is told. */
  says: RegExp
  hint: RegExp
  /** How often the supervisor may try again: for ever, or not beyond that. */
  retries: 'always' | 0 | 1
}

/** Faults that keep a tunnel from opening. Times are simulated ones, fifty to a real one. */
const failing: Row[] = [
  {
    name: 'auth',
    fault: 'auth',
    code: 'connectd.auth',
    says: /remote\.it refused the user or the password of account lab/,
    hint: /correct its user, or the password in the variable PI_PASSWORD, then p2p up auth/,
    retries: 0,
  },
  {
    name: 'bad-user',
    fault: 'bad-user',
    code: 'connectd.bad-user',
    says: /does not know the user of account lab/,
    hint: /e-mail address/,
    retries: 0,
  },
  {
    name: 'offline',
    fault: 'target-offline',
    code: 'connectd.target-offline',
    says: /the device does not answer: it is offline/,
    hint: /check the device/,
    retries: 'always',
  },
  {
    name: 'session',
    fault: 'session',
    code: 'connectd.session',
    says: /no session with the device/,
    hint: /check the device/,
    retries: 'always',
  },
  {
    name: 'unreachable',
    fault: 'service-down',
    code: 'connectd.service-unreachable',
    says: /remote\.it could not be reached/,
    hint: /UDP to port 5959/,
    retries: 'always',
  },
  {
    name: 'udp',
    fault: 'udp-taken',
    code: 'connectd.udp-port-taken',
    says: /UDP port \d+, which connectd picked, is already in use/,
    hint: /p2p doctor names the program/,
    retries: 'always',
  },
  {
    name: 'port',
    fault: 'port-taken',
    code: 'connectd.port-taken',
    says: /port \d+ is already in use by a program that has exited since/,
    hint: /set another port, then p2p up port/,
    retries: 0,
  },
  {
    name: 'peer-failed',
    fault: 'peer-failed',
    code: 'connectd.peer-failed',
    says: /the connection to the device failed/,
    hint: /the device is on/,
    retries: 'always',
  },
  {
    name: 'unknown',
    fault: 'unknown',
    code: 'connectd.unknown',
    says: /for an unknown reason/,
    hint: /p2p logs unknown/,
    retries: 'always',
  },
  {
    name: 'lifetime',
    fault: 'lifetime@1',
    code: 'connectd.lifetime',
    says: /its lifetime expired/,
    hint: /^$/,
    retries: 'always',
  },
  {
    name: 'segv-early',
    fault: 'segv-early',
    code: 'connectd.crashed-at-start',
    says: /crashed on start \(SIGSEGV\), as static builds do when they resolve the name/,
    hint: /p2p doctor checks.*connectd\.server/,
    retries: 1,
  },
  {
    name: 'segv-later',
    fault: 'segv@100',
    code: 'connectd.crashed',
    says: /^connectd crashed \(signal 11\)$/,
    hint: /p2p logs segv-later/,
    retries: 'always',
  },
  {
    name: 'ended',
    script: 'exit 0',
    code: 'connectd.ended',
    says: /exited without a reason \(status 0\)/,
    hint: /p2p logs ended/,
    retries: 'always',
  },
  {
    name: 'usage',
    script: "echo 'usage: connectd [-h] [-d][pid file] [-f config_file]'; exit 1",
    code: 'connectd.usage',
    says: /rejected its command line/,
    hint: /4\.6 or later/,
    retries: 0,
  },
  {
    name: 'disabled',
    script: "echo 'Connectd Has Been Disabled by Configuration'; exit 1",
    code: 'connectd.disabled',
    says: /reports that it is disabled/,
    hint: /portal/,
    retries: 0,
  },
  {
    name: 'missing',
    code: 'program.missing',
    says: /no-connectd was not found/,
    hint: /P2P_CONNECTD or connectd\.program/,
    retries: 0,
  },
]

const uid = '80:00:00:00:01:00:0A:C2'
const accounts = 'accounts: { lab: { user: you@example.com, password: { env: PI_PASSWORD } } }\n'

function programOf(rig: Rig, { name, fault, script }: Pick<Row, 'name' | 'fault' | 'script'>): string {
  if (fault !== undefined) return 'connectd-sim'
  const path = join(rig.folder, script === undefined ? 'no-connectd' : `${name}.sh`)
  if (script !== undefined) writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

async function tunnel(rig: Rig, row: Pick<Row, 'name' | 'fault' | 'script'>, more = ''): Promise<string> {
  const connectd = `{ uid: ${uid}, account: lab, program: ${programOf(rig, row)} }`
  const environment = `{ CONNECTD_SIM_FAULT: '${row.fault ?? ''}' }`
  return `  ${row.name}: { port: ${await freePort()}, connectd: ${connectd}, environment: ${environment}${more} }\n`
}

interface FailedEvent {
  type: string
  name: string
  problem: { code: string; reason: string; hint: string | null; heals: boolean }
}

test('each fault is told with its cause and what to do, and is tried again where that can help', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  const lines: string[] = []
  for (const row of failing) lines.push(await tunnel(rig, row))
  rig.write(`${accounts}tunnels:\n${lines.join('')}`)

  const up = await rig.p2p('up', '--progress', 'json')
  expect(up.status).toBe(1)
  const events = up.stderr.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as FailedEvent]))
  for (const { name, code, says, hint, retries } of failing) {
    const problem = events.find((event) => event.type === 'failed' && event.name === name)?.problem
    expect(problem, name).toMatchObject({ code, heals: retries !== 0 })
    expect(problem?.reason, name).toMatch(says)
    expect(problem?.hint ?? '', name).toMatch(hint)
  }

  // The supervisor has been at work on everything when those that may heal have been tried twice more.
  const restless = failing.filter(({ retries }) => retries === 'always').map(({ name }) => name)
  let seen = new Map<string, PsLine>()
  await until('every fault that may heal to be tried twice more', async () => {
    seen = new Map((await rig.ps()).map((line) => [line.name, line]))
    return restless.every((name) => Number(seen.get(name)?.['restarts']) >= 2)
  })
  for (const { name, code, says, retries } of failing) {
    if (retries === 'always') continue
    expect(seen.get(name), name).toMatchObject({ state: 'failed', code, restarts: retries, nextRetryAt: null })
    expect(seen.get(name)?.reason, name).toMatch(says)
  }
  // What is being tried again says why, and when: the time is set a moment after the exit.
  for (const { name, says } of failing.filter(({ retries }) => retries === 'always')) {
    const line = await rig.lineThat(name, 'waits for its next try', ({ nextRetryAt }) => nextRetryAt !== null)
    expect(line, name).toMatchObject({ state: 'retrying', reason: expect.stringMatching(says) as string })
  }
})

test('faults that are none for the user open all the same: exit 0', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  const lines: string[] = []
  for (const fault of ['double-started', 'partial-line@5000', 'slow-term@50', 'hang-on-term'])
    lines.push(await tunnel(rig, { name: fault.replace(/@.*/, ''), fault }))
  rig.write(`${accounts}tunnels:\n${lines.join('')}`)
  expect(await rig.p2p('up')).toMatchObject({ status: 0 })
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['open', 'open', 'open', 'open'])
  // Deaf to TERM: it is killed when its grace is over, and that is said.
  const down = await rig.p2p('down', '-t', '300ms')
  expect(down.status).toBe(0)
  expect(down.stderr).toMatch(/hang-on-term.*killed/)
})

test('what never gets ready is stopped, and says how far it came and what to do', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  const more = ', restart: no, ready: { timeout: 2s }'
  const far: Record<string, [says: string, hint: string]> = {
    'no-ip': ['a network address of this machine', "check this machine's connection"],
    silent: ['its message "Proxy started."; no output yet', 'run its program by hand'],
    'started-not-listening': [
      'its listener on 127.0.0.1:PORT, although connectd reports that it started one',
      'p2p doctor',
    ],
    'service-down': ["remote.it's answer to the login", 'UDP to port 5959 must be allowed'],
    'target-offline': ["the device's answer", 'check the device in the remote.it portal'],
  }
  const lines: string[] = []
  for (const fault of Object.keys(far)) lines.push(await tunnel(rig, { name: fault, fault }, more))
  // So slow that login and device keep it waiting for longer than it may take.
  rig.env['CONNECTD_SIM_SPEED'] = '6'
  rig.write(`${accounts}tunnels:\n${lines.join('')}`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  for (const { name, state, code, reason, port } of await rig.ps()) {
    const [says, hint] = far[name] ?? ['', '']
    expect({ name, state, code }).toEqual({ name, state: 'failed', code: 'start.not-ready' })
    expect(reason).toBe(`not ready within 2 s: still waiting for ${says.replace('PORT', String(port))}`)
    expect(up.stderr).toContain(hint)
  }
})

test('what goes away after it was open is told with its reason, and opened again', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  const leaving = [
    ['peer-closed@1', 'connectd.peer-closed', 'the device closed the connection'],
    ['flap@1/1', 'connectd.peer-closed', 'the device closed the connection'],
    ['shutdown@1', 'connectd.shutdown', 'ended the connection'],
  ] as const
  const lines: string[] = []
  for (const [fault] of leaving) {
    const name = fault.replace(/@.*/, '')
    const environment = `{ CONNECTD_SIM_FAULT: '${fault}', CONNECTD_SIM_FAULT_ONCE: ./${name} }`
    const connectd = `{ uid: ${uid}, account: lab, program: connectd-sim }`
    lines.push(`  ${name}: { port: ${await freePort()}, connectd: ${connectd}, environment: ${environment} }\n`)
  }
  rig.write(`${accounts}tunnels:\n${lines.join('')}`)
  await rig.p2p('up', '--no-wait')
  await until('all to be open again', async () =>
    (await rig.ps()).every((line) => line.state === 'open' && Number(line['restarts']) === 1),
  )
  const events = (await rig.p2p('events', '--json')).stdout.split('\n').filter((line) => line.includes('"exited"'))
  for (const [fault, code, says] of leaving) {
    const exited = events.find((line) => line.includes(`"${fault.replace(/@.*/, '')}"`))
    expect(exited, fault).toContain(code)
    expect(exited, fault).toContain(says)
  }
})

test('whoever took the port is named: before the launch, and where connectd lost the race for it', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  const text = await tunnel(rig, { name: 'pi', fault: 'port-taken' }, ', restart: no')
  rig.write(`${accounts}tunnels:\n${text}`)
  const port = Number(/port: (\d+)/.exec(text)?.[1])
  expect((await rig.p2p('up')).status).toBe(1)

  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    stranger.close()
  })
  const lost = await rig.line('pi')
  expect(lost).toMatchObject({ state: 'failed', code: 'connectd.port-taken', exitCode: 0 })
  expect(lost.reason).toMatch(new RegExp(`^port ${port} is already in use by .* \\(PID ${process.pid}\\)$`))

  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  expect(up.stderr).toMatch(new RegExp(`port ${port} is already in use by .* \\(PID ${process.pid}\\)`))
  expect(await rig.line('pi')).toMatchObject({ state: 'failed', code: 'port.taken' })
})
