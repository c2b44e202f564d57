import { describe, expect, it } from 'vitest'
import { arguments7, provisioning, simulators, steady } from './support.ts'
import { freePort } from '../support/ports.ts'
import { type Program } from '../support/process.ts'

const sim = simulators()

const banner = [
  'Connectd built Apr 19 2019 at 16:46:38 Now Starting Up',
  '   Version 4.6 - (c)2019 remot3.it, Inc. All Rights Reserved',
  '   Built with BCASTER MALLOC_POOL RESOLVE BIGBUF BACKTRACE pool=524288',
  '   x86_64 Version',
  '   SIMULATOR',
]

/** All lines of a run that ends by itself one second (simulated) after the tunnel was up. */
const linesOf = async (args: string[], given = {}): Promise<string[]> =>
  steady((await sim.run(args, { FAULT: 'peer-closed', SEED: 'a', ...given })).output)
    .split('\n')
    .slice(0, -1)

describe('the lines of a session', () => {
  it('from a file with -s come in the order of connectd 4.6', async () => {
    const port = await freePort()
    const file = sim.file(provisioning(port))
    expect(await linesOf(['-s', '-f', file])).toEqual([
      ...banner,
      `config file ${file}`,
      `config file ${file}`,
      'setting web config port to dest_server_port 80',
      'primary local ip = 192.0.2.2',
      'Alarm Created',
      'SetTimer Set, sec=15',
      'alloc pool',
      'Config Data is not encrypted',
      '!!status - pid=PID',
      '  Using server  on port 5959',
      '  Using device uid = 00:00:00:00:00:00:00:00',
      '  Using Server Channel Port 5980',
      'primary local ip = 192.0.2.2',
      'local IP address found 192.0.2.2 ',
      'initialize proxy client target 127.0.0.1 port 80',
      expect.stringMatching(/^generate our own UID= f2(:[0-9a-f]{2}){7}$/),
      'Attach to remot3.it Service...',
      'Command Processor now active.',
      '!!status 1 seconds since startup',
      '!!throughput txBps=0 rxBps=0 pl=100000',
      expect.stringMatching(/^!!status - bound to UDP port \d+$/),
      'COUNT> req auth remote.it id you@example.com',
      '',
      '!!status 2 seconds since startup lc=1',
      '!!status - server connection changed to state 3  - time T  <COUNT>',
      '!!status - Connected to server is 192.0.2.59:5959',
      '!!status - server connection changed to state 4  - time T  <COUNT>',
      '!!status - server connection changed to state 5  - time T  <COUNT>',
      '!!status 3 seconds since startup lc=2',
      '!!status 4 seconds since startup lc=3',
      `Starting Proxy on port ${port} on index 1.`,
      'Proxy started.',
      expect.stringMatching(
        /^!!connected local=0 encryption=2 session=[0-9a-f]{16} ip=198\.51\.100\.7:5960 at time T {2}<COUNT>$/,
      ),
      '!!status 5 seconds since startup lc=4',
      '!!exit [020] : connection to peer closed or timed out.',
      'connectd terminated, freeing up resources',
      '!!status session tx bytes 0',
      '!!status session rx bytes 0',
      '!!status re-transmit pkts 0',
      '!!status dup-in pkts 0',
      '!!status out of order pkts 0',
      'Leaked Memory blocks 0',
      'Static Pool Free ',
    ])
  })

  it('without -s: no status and no exit line, only the status of the process', async () => {
    const port = await freePort()
    const lines = await linesOf(['-f', sim.file(provisioning(port))])
    expect(lines.filter((line) => line.startsWith('!!'))).toEqual([])
    expect(lines.slice(-6, -2)).toEqual([
      '',
      `Starting Proxy on port ${port} on index 1.`,
      'Proxy started.',
      'connectd terminated, freeing up resources',
    ])
  })

  it('with -c name user, device in lower case, port and the UDP port of the same number', async () => {
    const port = await freePort()
    const lines = await linesOf(['-s', ...arguments7(port)])
    expect(lines).toContain(`proxy local port is TCP = ${port}`)
    expect(lines).toContain('  User you@example.com connecting to 80:00:00:00:01:00:0a:c2')
    expect(lines).toContain(`!!status - bound to UDP port ${port}`)
    expect(lines.join('\n')).not.toMatch(/config file|Config Data/)
  })

  it('with -p2 name the token instead of the user', async () => {
    const [, user64 = '', , uid = '', ...rest] = arguments7(await freePort())
    const values = [user64, '7', 'tok', uid, ...rest.slice(0, 3), '0.0.0.0', '12', '0', '0']
    const lines = await linesOf(['-p2', ...values])
    expect(lines).toContain('  token_index 7 connecting to 80:00:00:00:01:00:0a:c2')
    expect(lines).toContain('restrict address 0.0.0.0')
    expect(lines.join('\n')).not.toContain('proxy local port')
    expect(lines.join('\n')).not.toContain('  User')
  })

  it('with -e are those of a file, without its name', async () => {
    const text = provisioning(await freePort())
    const lines = await linesOf(['-e', Buffer.from(text).toString('base64')])
    expect(lines).toContain('Proxy started.')
    expect(lines.join('\n')).not.toContain('config file')
  })

  it('never hold the password', async () => {
    const port = await freePort()
    for (const args of [
      ['-s', '-f', sim.file(provisioning(port))],
      ['-s', ...arguments7(port)],
    ]) {
      const { output } = await sim.run(args, { FAULT: 'peer-closed' })
      expect(output).not.toContain('s3cret-marker')
      expect(output).not.toContain(Buffer.from('s3cret-marker').toString('base64'))
    }
  })

  it('with the service address of -y or of the file', async () => {
    const port = await freePort()
    expect(await linesOf(['-y', '203.0.113.5:6000', '-f', sim.file(provisioning(port))])).toContain(
      '  Using server 203.0.113.5 on port 6000',
    )
    const file = sim.file(provisioning(port, 'server_override 203.0.113.6', 'yoics_server1_port 6001'))
    expect(await linesOf(['-f', file])).toContain('  Using server 203.0.113.6 on port 6001')
  })
})

describe('the same seed', () => {
  const args = async (): Promise<string[]> => ['-s', '-f', sim.file(provisioning(await freePort()))]

  it('gives the same bytes but for PID, times and counter', async () => {
    const same = await args()
    const given = { SEED: 7, JITTER_MS: 900, FAULT: 'peer-closed@12345', SPEED: 200 }
    const [first, second] = [await linesOf(same, given), await linesOf(same, given)]
    expect(first).toEqual(second)
    expect(first.filter((line) => line.startsWith('!!throughput')).length).toBeGreaterThan(2)
  })

  it('and another one gives others', async () => {
    const same = await args()
    const made = (lines: string[]): string | undefined => lines.find((line) => line.startsWith('generate our own UID='))
    expect(made(await linesOf(same, { SEED: 1 }))).not.toBe(made(await linesOf(same, { SEED: 2 })))
  })
})

describe('buffering', () => {
  it('block: status lines wait for the next flush, and a killed program never tells them', async () => {
    const startWith = async (buffer: string): Promise<Program> =>
      sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], {
        BUFFER: buffer,
        STATUS_MS: 2500,
        THROUGHPUT_MS: 90_000_000,
      })
    const program = await startWith('block')
    await program.says(/!!connected .*\n/)
    // Its own lines can't be waited for: those of another one that started later tell that several were due.
    await (await startWith('line')).says(/(!!status \d+ seconds[^]*){4}/)
    program.signal('SIGHUP')
    await program.exit
    expect(program.output()).toMatch(/!!connected .*\n$/)
  })

  it('block: between its PID and the login nothing gets out, whatever it waits for', async () => {
    for (const fault of ['no-ip', 'no-dns']) {
      const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], { FAULT: fault })
      await program.says(/^!!status - pid=\d+\n$/m)
      program.signal('SIGTERM')
      expect(await program.exit).toEqual({ status: 3, signal: null })
      expect(program.output()).toMatch(
        fault === 'no-ip' ? /waiting for IP/ : /Command Processor now active\.\n!!exit \[003\]/,
      )
    }
  })

  it('line: every line at once', async () => {
    const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], {
      BUFFER: 'line',
      SPEED: 1,
      STATUS_MS: 600_000,
      FAULT: 'no-ip',
    })
    await program.says(/waiting for IP/)
  })

  it('block is what a pipe gets', async () => {
    const { output } = await sim.run(['-f', sim.file('user_id\n')])
    expect(output).toBe('')
  })
})

describe('special output', () => {
  it('silent: nothing at all, but the tunnel works', async () => {
    const { status, output } = await sim.run(['-s', '-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'silent,peer-closed',
    })
    expect({ status, output }).toEqual({ status: 20, output: '' })
  })

  it('double-started: the pair comes twice', async () => {
    const lines = await linesOf(['-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'double-started,peer-closed',
    })
    expect(lines.filter((line) => /^(Starting Proxy|Proxy started\.)/.test(line))).toHaveLength(4)
  })

  it('partial-line: the line comes in two writes and is whole in the end, however busy the heartbeat is', async () => {
    const program = sim.start(['-s', '-f', sim.file(provisioning(await freePort()))], {
      FAULT: 'partial-line@10000',
      STATUS_MS: 100,
      BUFFER: 'line',
    })
    await program.says(/^Proxy st$/m)
    await program.says(/^Proxy started\.$/m)
  })

  it('--help names every knob and fault, and -h is the usage of connectd', async () => {
    const help = await sim.run(['--help'])
    expect(help.status).toBe(0)
    for (const word of ['SPEED', 'FAULT_ONCE', 'FIX017', 'partial-line@MS', 'flap', 'Quirks of connectd 4.6']) {
      expect(help.output).toContain(word)
    }
    const usage = await sim.run(['-h'])
    expect(usage.status).toBe(1)
    expect(usage.output.split('\n')[5]).toBe('usage: connectd-sim [-h] [-d][pid file] [-f config_file]')
    expect((await sim.run(['-q'])).output).toBe(usage.output.split('\n').slice(5).join('\n'))
  })

  it.each([
    [{ SPEED: 'fast' }, 'CONNECTD_SIM_SPEED must be a number above 0, not "fast"'],
    [{ LOGIN_MS: '1s' }, 'CONNECTD_SIM_LOGIN_MS must be a whole number of milliseconds, not "1s"'],
    [{ STATUS_MS: '0' }, 'CONNECTD_SIM_STATUS_MS must be above 0, not "0"'],
    [{ BUFFER: 'full' }, 'CONNECTD_SIM_BUFFER must be line or block, not "full"'],
    [{ TARGET: 'nowhere' }, 'CONNECTD_SIM_TARGET must be HOST:PORT, not "nowhere"'],
    [{ FAULT: 'auth@5' }, 'fault "auth" can\'t have "@5"; it takes at most a probability such as @0.5'],
    [{ FAULT: 'oops' }, /^connectd-sim: there is no fault "oops"; the faults are auth, bad-user, /],
  ])('a bad knob %j is refused in words', async (given, message) => {
    const { status, output } = await sim.run(['-f', sim.file(provisioning(4000))], given)
    expect(status).toBe(1)
    if (typeof message === 'string') expect(output).toBe(`connectd-sim: ${message}\n`)
    else expect(output).toMatch(message)
  })
})

describe('diagnostics', () => {
  it('-n reports what a working network has', async () => {
    const { status, output } = await sim.run(['-n'])
    expect(status).toBe(0)
    expect(output).toContain('Running Network Diagnostics')
    expect(output).toMatch(/Looks compatible\.\n$/)
  })

  it('-n reports failures as faults have them', async () => {
    const { status, output } = await sim.run(['-n'], { FAULT: 'no-ip' })
    expect(status).toBe(0)
    expect(output.match(/\[FAIL\]/g)).toHaveLength(3)
    expect(output).not.toContain('[OK]')
  })

  it('-nc really tries', async () => {
    const port = await freePort()
    const { status, output } = await sim.run(['-nc', `127.0.0.1:${port}`])
    expect(status).toBe(1)
    expect(output).toContain(`FAILED Connect to 127.0.0.1:${port}`)
  })
})
