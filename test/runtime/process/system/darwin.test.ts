import { describe, expect, it } from 'vitest'
import { darwinSystem, parseLsof, parsePs } from '../../../../src/runtime/process/system/darwin.ts'
import { launcherMark } from '../../../../src/runtime/process/nonce.ts'
import { findAttemptProcesses, isLauncher } from '../../../../src/runtime/tunnel/attempt-processes.ts'
import { listenerOf } from '../../../../src/runtime/tunnel/listener.ts'

const nonce = 'k3v9q2m8x1c7b4n6'
const mark = launcherMark(nonce)

/** As macOS prints it: columns padded, lstart padded to 28, a newline within an argument as `\012`, é as `M-CM-)`. */
const psOutput = String.raw`    1     0     1     0 Ss   Sun Nov  9 07:58:02 2025     /sbin/launchd
  312     1   312 4294967294 Ss   Sun Nov  9 07:58:09 2025     /usr/libexec/helper --as nobody
  313     1   313    -2 Ss   Sun Nov  9 07:58:09 2025     /usr/libexec/helper --as nobody
 4100     1  4100   501 Ss   Mon Nov 24 18:03:11 2025     /bin/sh -c set +eux -C; umask 077 ${mark} /Users/me/runs/x 0022 /usr/bin/ssh -N
 4101  4100  4100   501 S    Mon Nov 24 18:03:11 2025     /usr/bin/ssh -N -T db.example.com
 4102  4101  4100   501 T    Mon Nov 24 18:03:12 2025     /Applications/My App (beta).app/Contents/MacOS/My App (beta) --n 1 2 3
 4103  4101  4103   501 S+   Mon Nov 24 18:03:12 2025     sh -c echo\012    9     1     9   501 Ss   Mon Nov 24 18:03:11 2025     ${mark}
 4104  4100  4100   501 Z    Mon Nov 24 18:03:13 2025     (ssh)
 4105     1  4105   502 Ss   Mon Nov 24 18:03:14 2025     /bin/sh -c sleep ${mark} x
 4106     1  4106   501 Ss   Mon Nov 24 18:03:14 2025     grep ${mark}-of-others
 4107     1  4107   501 U    Mon Nov 24 18:03:14 2025     caf M-CM-) a\011b
 4108     1  4108   501 SN   Mon Nov 24 18:03:15 2025     
50211 50210 50211   501 R+   Tue Nov 25 01:00:00 2025     ps -axww -o pid=,ppid=,pgid=,uid=,stat=,lstart=,command=
`

/** `lsof -nP -iTCP -sTCP:LISTEN -Fpcdtn`: sets of fields, each in a line of its own; blanks of a command as `\x20`. */
const lsofOutput = String.raw`p312
cmDNSRespo
f40
tIPv4
d0x3a1f6c2b9d4e8071
n*:5000
f41
tIPv6
d0x3a1f6c2b9d4e8072
n*:5000
p4101
cssh
f5
tIPv4
d0x91c5e0aa52b3f611
n127.0.0.1:33000
f6
tIPv6
d0x91c5e0aa52b3f612
n[::1]:33000
f7
tIPv6
d0x91c5e0aa52b3f613
n[::ffff:127.0.0.1]:33001
f8
tIPv4
d0x91c5e0aa52b3f614
n*:*
p4102
cMy\x20App\x20(beta)
f5
tIPv4
d0x91c5e0aa52b3f611
n127.0.0.1:33000
f9
tIPv6
n[fe80:4::1c2d]:33002
p4105
csh
f9
tIPv6
n[fe80:4::1c2d]:33002
`

const system = darwinSystem(501, (file) => {
  if (file === '/bin/ps') return psOutput
  return file === '/usr/sbin/lsof' ? lsofOutput : '0E0A1B2C-1111-2222-3333-444455556666\n'
})

describe('parsePs', () => {
  const processes = parsePs(psOutput)

  it('gives every process but zombies, whatever its arguments hold', () => {
    expect([...processes.keys()]).toEqual([1, 312, 313, 4100, 4101, 4102, 4103, 4105, 4106, 4107, 4108, 50211])
  })

  it('reads parents, groups, users, suspension and a start time that identifies the process', () => {
    expect(processes.get(4102)).toEqual({
      pid: 4102,
      ppid: 4101,
      pgid: 4100,
      uid: 501,
      suspended: true,
      startTime: 'Mon Nov 24 18:03:12 2025',
      command: '/Applications/My App (beta).app/Contents/MacOS/My App (beta) --n 1 2 3',
    })
    expect(processes.get(1)).toMatchObject({ startTime: 'Sun Nov 9 07:58:02 2025', suspended: false })
    expect(processes.get(4108)?.command).toBe('')
    expect(processes.get(313)?.uid).toBe(-2)
  })
})

describe('parseLsof', () => {
  const sockets = parseLsof(lsofOutput)

  it('tells the wildcards of both families apart', () => {
    expect(sockets.filter(({ port }) => port === 5000).map(({ host }) => host)).toEqual(['0.0.0.0', '::'])
  })

  it('gives addresses as the project writes them, and nothing without a port', () => {
    expect(sockets.filter(({ pid }) => pid === 4101).map(({ host, port }) => [host, port])).toEqual([
      ['127.0.0.1', 33000],
      ['::1', 33000],
      ['127.0.0.1', 33001],
    ])
  })

  it('reads commands with blanks', () => {
    expect(sockets.find(({ pid }) => pid === 4102)?.command).toBe('My App (beta)')
  })
})

describe('darwinSystem', () => {
  const snapshot = system.look()

  it('knows its boot, and asks each tool once for one look', () => {
    const asked: string[] = []
    const counted = darwinSystem(501, (file) => {
      asked.push(file)
      return file === '/bin/ps' ? psOutput : lsofOutput
    }).look()
    counted.process(1)
    counted.processes()
    counted.listeners()
    counted.holder({ host: '', port: 1, socket: '' })
    expect(system.bootId).toBe('0E0A1B2C-1111-2222-3333-444455556666')
    expect(asked).toEqual(['/usr/sbin/sysctl', '/bin/ps', '/usr/sbin/lsof'])
  })

  it('takes only the process with the whole mark as an argument for the launcher', () => {
    const launchers = snapshot.processes().flatMap(({ pid }) => (isLauncher(snapshot, pid, nonce) ? [pid] : []))
    // 4103 has it in one argument with other text, of which ps shows no end; findAttemptProcesses asks for more than that.
    expect(launchers).toEqual([4100, 4103, 4105])
    expect(snapshot.hasArgument(4106, mark)).toBe(false)
  })

  it("signals the launcher's group and its descendants, never another user's process", () => {
    const run = { kind: 'run', launcher: 4100, program: 4101, status: null, writtenAt: 0 } as const
    const found = findAttemptProcesses(snapshot, system, [{ nonce, run }]).get(nonce)
    expect(found?.leader).toBe(4100)
    expect(found?.pids.sort()).toEqual([4100, 4101, 4102, 4103])
  })

  it('finds nothing to signal where the PID of the launcher belongs to another program or user by now', () => {
    for (const launcher of [4105, 4106, 4104, 9]) {
      const run = { kind: 'run', launcher, program: null, status: null, writtenAt: 0 } as const
      expect(findAttemptProcesses(snapshot, system, [{ nonce, run }]).get(nonce)).toEqual({ leader: null, pids: [] })
    }
  })

  it('proves whose the listener is', () => {
    const process = { kind: 'running' as const, launcher: 4100, program: 4101, members: [] as number[], stopped: false }
    const verdict = (host: string, port: number) => {
      const endpoints = [{ host, port }]
      return listenerOf(null, snapshot, snapshot.listenersAt(endpoints), endpoints, process)
    }
    expect(verdict('127.0.0.1', 33000).kind).toBe('ours')
    expect(verdict('::1', 33000).kind).toBe('ours')
    expect(verdict('127.0.0.1', 33001).kind).toBe('ours')
    expect(verdict('127.0.0.1', 5000)).toMatchObject({ kind: 'foreign', holder: { pid: 312, command: 'mDNSRespo' } })
    expect(verdict('::1', 5000)).toMatchObject({ kind: 'foreign', holder: { pid: 312 } })
    expect(verdict('127.0.0.1', 33003).kind).toBe('none')
  })

  it('takes sockets without a device for shared by nobody', () => {
    const [socket] = snapshot.listeners(new Set([33002]))
    if (socket === undefined) throw new Error('no socket')
    expect(snapshot.descriptorOf(socket, [4102])).toBe('4102')
    expect(snapshot.descriptorOf(socket, [4105])).toBeNull()
  })

  it('does not take a failing ps for a machine without processes', () => {
    expect(() =>
      darwinSystem(501, () => '')
        .look()
        .process(4100),
    ).toThrow('/bin/ps lists no processes')
  })
})
