import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { arguments7, provisioning, simulator, simulators, uid } from '../simulator/support.ts'
import { startCommand } from '../support/process.ts'
import { freePort } from '../support/ports.ts'
import { serveHalfOpen } from '../support/streams.ts'

const sim = simulators()

describe('a fault', () => {
  it.each([
    ['auth', 11, ['!!status [011] : authentication error 1', '!!exit [011] : authentication error, exiting.']],
    ['bad-user', 10, ['!!exit [010] : bad user specified error 1']],
    ['service-down', 14, [/^!!exit \[014\] : Connection To remot3\.it Service has Timed Out\. \d{5}$/]],
    ['target-offline', 12, ['!!exit [012] : auto connect failed, exiting']],
    ['session', 13, ['!!exit [013] : Initiate session create failed.']],
    ['peer-failed', 21, ['!!exit [021] : connection to peer failed.']],
    ['unknown', 25, ['!!exit [025] : unknown reason.']],
    ['udp-taken', 16, [/^!!exit \[016\] : Cannot Bind UDP Port \d+$/]],
    ['shutdown@50', 2, ['!!exit [002] : shutdown packet received']],
    ['lifetime@50', 1, [/^!!exit \[001\] : process lifetime expired {2}\(cur=1\) .* \(over lifetime 0\)\.$/]],
    ['peer-closed@50', 20, ['!!exit [020] : connection to peer closed or timed out.']],
    ['flap@500/500', 20, ['!!exit [020] : connection to peer closed or timed out.']],
  ] as const)('%s ends with status %i, the line of connectd and its farewell', async (fault, status, lines) => {
    const { output, ...exit } = await sim.run(['-s', '-f', sim.file(provisioning(await freePort()))], {
      FAULT: fault,
      SPEED: 500,
    })
    expect(exit).toEqual({ status, signal: null })
    const said = output.split('\n')
    for (const line of lines) {
      expect(said).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
    }
    expect(said).toContain('connectd terminated, freeing up resources')
  })

  it('port-taken ends with status 0, says so and bids no farewell', async () => {
    const port = await freePort()
    const args = ['-s', '-f', sim.file(provisioning(port))]
    const { output, status } = await sim.run(args, { FAULT: 'port-taken' })
    expect(status).toBe(0)
    expect(output.split('\n').slice(-4)).toEqual([
      'proxy startup failed.',
      `Cannot Bind Port ${port}.`,
      `!!exit [017] : Cannot Bind Proxy Port ${port}.`,
      '',
    ])
    expect((await sim.run(args, { FAULT: 'port-taken', FIX017: 1 })).status).toBe(17)
  })

  it('segv is caught and exits with the number of the signal; segv-early is not', async () => {
    const args = ['-s', '-f', sim.file(provisioning(await freePort()))]
    const { output, ...exit } = await sim.run(args, { FAULT: 'segv@100' })
    expect(exit).toEqual({ status: 11, signal: null })
    expect(output).toMatch(/!!exit \[003\] : termination from signal 11\nConnectd Terminated from Signal 11\nObtained /)
    const early = await sim.run(args, { FAULT: 'segv-early' })
    expect(early).toMatchObject({ status: null, signal: 'SIGSEGV' })
    expect(early.output).toMatch(/^!!status - pid=\d+\n$/m)
    expect(early.output).not.toContain('!!exit')
    // An address needs no lookup.
    const spared = await sim.run(['-y', '192.0.2.9:5959', ...args], { FAULT: 'segv-early,peer-closed' })
    expect(spared.status).toBe(20)
  })

  it('target-offline tries six times', async () => {
    const { output } = await sim.run(['-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'target-offline',
      SPEED: 500,
    })
    expect(output.match(/^timeout---Retry auto connect$/gm)).toHaveLength(6)
  })

  it('service-down asks every 2.6 s and says when it starts over', async () => {
    const { output } = await sim.run(['-s', '-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'service-down',
      SPEED: 500,
    })
    expect(output.match(/req auth/g)).toHaveLength(24)
    expect(output).toMatch(
      /^!!status - Server Connection Retry\n!!status - server connection changed to state 1 .*\n!!status - Connected/m,
    )
    expect(output).not.toContain('state 3')
  })

  it('with @P applies to some runs, and with the same seed always to the same', async () => {
    const args = ['-f', sim.file(provisioning(await freePort()))]
    const given = (seed: number) => ({ FAULT: 'auth@0.5,lifetime@9000', SEED: seed, SPEED: 500 })
    const statuses: (number | null)[] = []
    for (let seed = 0; seed < 8; seed++) statuses.push((await sim.run(args, given(seed))).status)
    expect(new Set(statuses)).toEqual(new Set([11, 1]))
    const again: (number | null)[] = []
    for (let seed = 0; seed < 3; seed++) again.push((await sim.run(args, given(seed))).status)
    expect(again).toEqual(statuses.slice(0, 3))
  })

  it('with FAULT_ONCE applies to the first run only', async () => {
    const mark = join(sim.folder, 'once')
    const args = ['-f', sim.file(provisioning(await freePort()))]
    const given = { FAULT: 'auth', FAULT_ONCE: mark, SPEED: 500 }
    expect((await sim.run(args, given)).status).toBe(11)
    expect(existsSync(mark)).toBe(true)
    const second = sim.start(args, given)
    await second.says(/Proxy started\./)
  })
})

describe('without any fault', () => {
  it('a taken local port is found out', async () => {
    const taken = await serveHalfOpen((socket) => socket.end())
    const { output, status } = await sim.run(['-f', sim.file(provisioning(taken))])
    expect(status).toBe(0)
    expect(output).toContain(`proxy startup failed.\nCannot Bind Port ${taken}.\n`)
  })

  it('a taken UDP port is found out with -c, and does not matter with a file', async () => {
    // Free for TCP as well: only the UDP port is to be in the way.
    const port = await freePort()
    const socket = createSocket('udp4').bind(port, '0.0.0.0')
    await once(socket, 'listening')
    try {
      const { output, status } = await sim.run(['-s', ...arguments7(port)])
      expect(status).toBe(16)
      expect(output).toContain(`!!exit [016] : Cannot Bind UDP Port ${port}`)
      const withFile = await sim.run(['-f', sim.file(provisioning(port))], { FAULT: 'peer-closed' })
      expect(withFile.status).toBe(20)
    } finally {
      socket.close()
    }
  })

  it('a UID that is none leads to a device that never answers', async () => {
    const args = arguments7(await freePort()).map((value) => (value === uid ? 'my-device' : value))
    const { output, status } = await sim.run(args, { SPEED: 500 })
    expect(status).toBe(12)
    expect(output).toContain('connecting to ff:00:00:00:00:00:00:00')
  })

  it('an account that is not base64 ends at once with status 1', async () => {
    const [form = '', , , ...rest] = arguments7(await freePort())
    const { output, status } = await sim.run([form, '!', '!', ...rest])
    expect(status).toBe(1)
    expect(output).toMatch(/UID is not set \(all zeros\), exiting\n/)
  })

  it.each([
    [30, /Using server {2}on port 5959/, 20],
    [40, /Using server pppppppp on port 5959/, 14],
    [200, /unknown reason|alloc pool/, 25],
  ])('a password of %i characters after -c does what it does to 4.6', async (length, line, status) => {
    const [form = '', user = '', , ...rest] = arguments7(await freePort())
    const password = Buffer.from('p'.repeat(length)).toString('base64')
    const result = await sim.run([form, user, password, ...rest], { FAULT: 'peer-closed', SPEED: 500 })
    expect(result.status).toBe(status)
    expect(result.output).toMatch(line)
  })

  it('-life ends it with status 1', async () => {
    const result = await sim.run(['-s', '-life', '2', '-f', sim.file(provisioning(await freePort()))])
    expect(result.status).toBe(1)
    expect(result.output).toContain('!!exit [001]')
  })
})

describe('a provisioning file', () => {
  it.each([
    ['', '+failed to read config file/blob.'],
    ['colour red\n', 'Adapter is not set, no UID provided or config is corrupt, exiting'],
    [
      provisioning(4000).replace(/user_id.*\n/, ''),
      'Adapter is not set, no UID provided or config is corrupt, exiting',
    ],
    [provisioning(4000, 'enabled 0'), 'remot3.it connectd Has Been Disabled by Configuration.  Exiting Now.'],
    [
      '-----BEGIN CONFIG-----\nabc\n-----END CONFIG-----\n',
      'Provisioning File Signature Failure/Corrupt (0).\n+failed to read config file/blob.',
    ],
  ])('%j ends with status 1 and a reason', async (text, reason) => {
    const { status, output } = await sim.run(['-f', sim.file(text)])
    expect(status).toBe(1)
    expect(output).toMatch(/\nLeaked Memory blocks 0\nStatic Pool Free \n$/)
    expect(output).toContain(`\n${reason}\nLeaked Memory`)
  })

  it('that is missing does, too', async () => {
    const { status, output } = await sim.run(['-f', join(sim.folder, 'nowhere')])
    expect(status).toBe(1)
    expect(output).toMatch(/\+failed to read config file\/blob\.\n/)
  })

  it('with a key without value crashes it, or ends it with status 1 where tamed', async () => {
    const args = ['-f', sim.file('user_id\n')]
    expect(await sim.run(args)).toEqual({ status: null, signal: 'SIGSEGV', output: '' })
    expect((await sim.run(args, { TAME: 1 })).status).toBe(1)
  })

  it('with an overlong line hangs it, or ends it with status 1 where tamed', async () => {
    const args = ['-f', sim.file(`user_id ${'a'.repeat(2000)}\n`)]
    expect((await sim.run(args, { TAME: 1 })).status).toBe(1)
    const hanging = sim.start(args)
    hanging.signal('SIGTERM')
    expect(await hanging.exit).toEqual({ status: null, signal: 'SIGTERM' })
  })

  it('whose last line has no newline loses it, unless this is 4.7', async () => {
    const file = sim.file(provisioning(await freePort()).replace(/# keep this line\n$/, 'enabled 0'))
    expect((await sim.run(['-f', file], { FAULT: 'peer-closed' })).status).toBe(20)
    expect((await sim.run(['-f', file], { FAULT: 'peer-closed', VERSION: '4.7' })).status).toBe(1)
  })
})

describe('signals', () => {
  it.each([
    ['SIGTERM', 15],
    ['SIGINT', 2],
  ] as const)('%s ends it with status 3, said with and without -s', async (signal, number) => {
    for (const status of [['-s'], []]) {
      const program = sim.start([...status, '-f', sim.file(provisioning(await freePort()))])
      await program.says(/Proxy started\.\n/)
      program.signal(signal)
      expect(await program.exit).toEqual({ status: 3, signal: null })
      expect(program.output()).toContain(
        `!!exit [003] : termination from signal ${number}\nconnectd terminated, freeing up resources\n`,
      )
    }
  })

  it.each(['SIGHUP', 'SIGUSR1'] as const)('%s kills it without a word', async (signal) => {
    const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))])
    await program.says(/Proxy started\.\n/)
    program.signal(signal)
    expect(await program.exit).toEqual({ status: null, signal })
    expect(program.output()).not.toMatch(/!!exit|terminated|Debugger/)
  })

  it('hang-on-term ignores SIGTERM but not SIGINT', async () => {
    const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], { FAULT: 'hang-on-term' })
    await program.says(/Proxy started\.\n/)
    program.signal('SIGTERM')
    const lines = program.output().split('\n').length
    await program.says(new RegExp(`(?:.*\\n){${lines + 5}}`))
    expect(program.output()).not.toContain('!!exit')
    program.signal('SIGINT')
    expect((await program.exit).status).toBe(3)
  })

  it('SIGINT is ignored where it was inherited so', async () => {
    const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], { SIGINT: 'ignore' })
    await program.says(/Proxy started\.\n/)
    program.signal('SIGINT')
    program.signal('SIGTERM')
    expect((await program.exit).status).toBe(3)
    expect(program.output()).toContain('signal 15')
  })

  it('take as long as the knobs say', async () => {
    const program = sim.start(['-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'slow-term@600',
      SPEED: 2,
      LOGIN_MS: 0,
      CONNECT_MS: 0,
    })
    await program.says(/Proxy started\.\n/)
    const asked = performance.now()
    program.signal('SIGTERM')
    await program.exit
    // Simulated time may be behind on a busy machine and catch up; without the fault it would be 75 ms.
    expect(performance.now() - asked).toBeGreaterThan(200)
  })

  it('without network end it seconds later, but are said at once', async () => {
    const args = ['-s', '-f', sim.file(provisioning(await freePort()))]
    const waiting = sim.start(args, { FAULT: 'no-ip', BUFFER: 'line', EXIT_MS: 0 })
    await waiting.says(/Connectd in Wait State\./)
    expect(waiting.output()).toMatch(/(waiting for IP\.\.\.\n){5}local IP address found 0\.0\.0\.0 \nConnectd in/)
    waiting.signal('SIGTERM')
    await waiting.says(/!!exit \[003\] : termination from signal 15/)
    expect((await waiting.exit).status).toBe(3)
  })
})

describe('a file without autoconnect', () => {
  const console = 'user_id you@example.com\nauth_pass x\n'

  it('logs in, never connects, and obeys q', async () => {
    const program = sim.start(['-s', '-f', sim.file(console)], {}, 'pipe')
    await program.says(/state 5/)
    program.stdin?.write('hello\nq\n')
    expect((await program.exit).status).toBe(20)
    expect(program.output()).toContain('command in = hello\nunknown command = hello\ncommand in = q\n')
    expect(program.output()).toContain('!!exit [020] : user console exit')
    expect(program.output()).not.toContain('Starting Proxy')
  })

  it('repeats itself at the end of its input, unless -i', async () => {
    const program = sim.start(['-f', sim.file(console)], { BUFFER: 'line' })
    await program.says(/(command in =.*\nunknown command =.*\n){3}/)
    const deaf = sim.start(['-i', '-f', sim.file(console)], { BUFFER: 'line', FAULT: 'lifetime@60000', SPEED: 500 })
    expect((await deaf.exit).status).toBe(1)
    expect(deaf.output()).not.toContain('command in')
  })

  it('is what an initiator is not: it reads nothing', async () => {
    const program = sim.start(['-f', sim.file(provisioning(await freePort()))], { FAULT: 'peer-closed@10000' }, 'pipe')
    program.stdin?.write('q\n')
    expect((await program.exit).status).toBe(20)
    expect(program.output()).not.toContain('command in')
  })

  it('as a signed target names its own UID and tries for ever', async () => {
    const target = '-----BEGIN CONFIG-----\nabc\n-----END CONFIG-----\nUID 80:00:00:00:00:00:00:07\npassword x\n'
    const program = sim.start(['-i', '-s', '-f', sim.file(target)], {
      SIGN: 'ok',
      FAULT: 'service-down,lifetime@120000',
      SPEED: 1000,
    })
    expect((await program.exit).status).toBe(1)
    expect(program.output()).toContain('Config Data is encrypted new format')
    expect(program.output()).toContain('Using device uid = 80:00:00:00:00:00:00:07')
    expect(program.output()).not.toContain('Server Connection Retry')
  })
})

it('sees nothing of a closed standard output', async () => {
  const port = await freePort()
  const file = sim.file(provisioning(port))
  const program = startCommand('/bin/sh', ['-c', 'exec "$0" "$1" -s -f "$2" >&-', process.execPath, simulator, file], {
    env: { CONNECTD_SIM_SPEED: '100', CONNECTD_SIM_FAULT: 'peer-closed' },
  })
  expect((await program.exit).status).toBe(20)
})
