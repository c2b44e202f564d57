/** The same hundred listeners under other managers: what npm has is installed for it, the rest is used where it is here. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstPort, listening, type Bench, type Row } from './measure.ts'

const count = 100

interface Peer {
  name: string
  /** The program that must be there. */
  program: string
  /** Starts all; returns what must be ended where the manager stays in the foreground. */
  start: (run: Run) => ChildProcess | null
  status?: (run: Run) => void
  stop: (run: Run) => void
}

interface Run {
  folder: string
  program: string
  commands: string[]
  child: ChildProcess | null
  sh: (program: string, ...args: string[]) => void
  /** For a manager that stays in the foreground. */
  begin: (program: string, ...args: string[]) => ChildProcess
}

const peers: Peer[] = [
  {
    name: 'pm2',
    program: 'pm2',
    start: ({ folder, program, commands, sh }) => {
      const apps = commands.map((command, i) => {
        const [script, ...args] = command.split(' ')
        return { name: `t${i}`, script, args, interpreter: 'none' }
      })
      writeFileSync(join(folder, 'all.config.json'), JSON.stringify({ apps }))
      sh(program, 'start', join(folder, 'all.config.json'))
      return null
    },
    status: ({ program, sh }) => {
      sh(program, 'ls')
    },
    stop: ({ program, sh }) => {
      sh(program, 'kill')
    },
  },
  {
    name: 'concurrently',
    program: 'concurrently',
    start: ({ program, commands, begin }) => begin(program, ...commands),
    stop: ({ child }) => child?.kill('SIGTERM'),
  },
  {
    name: 'mprocs',
    program: 'mprocs',
    start: ({ program, commands, folder, begin }) => {
      const procs = Object.fromEntries(commands.map((command, i) => [`t${i}`, { cmd: command.split(' ') }]))
      writeFileSync(join(folder, 'mprocs.yaml'), JSON.stringify({ procs, server: '127.0.0.1:19999' }))
      // It wants a terminal.
      return begin('script', '-qfc', program, '/dev/null')
    },
    stop: ({ program, sh }) => {
      sh(program, '--server', '127.0.0.1:19999', '--ctl', '{c: force-quit}')
    },
  },
  {
    name: 's6',
    program: 's6-svscan',
    start: ({ folder, program, commands, begin }) => {
      commands.forEach((command, i) => {
        service(join(folder, `t${i}`), command)
      })
      return begin(program, folder)
    },
    stop: ({ folder, sh }) => {
      sh('s6-svscanctl', '-t', folder)
    },
  },
  {
    name: 'runit',
    program: 'runsvdir',
    start: ({ folder, program, commands, begin }) => {
      commands.forEach((command, i) => {
        service(join(folder, `t${i}`), command)
      })
      return begin(program, folder)
    },
    stop: ({ child }) => child?.kill('SIGHUP'),
  },
  {
    name: 'supervisor',
    program: 'supervisord',
    start: ({ folder, program, commands, sh }) => {
      const programs = commands.map((command, i) => `[program:t${i}]\ncommand=${command}\n`)
      const socket = `${folder}/s.sock`
      writeFileSync(
        join(folder, 's.conf'),
        `[supervisord]\nlogfile=${folder}/s.log\npidfile=${folder}/s.pid\n[unix_http_server]\nfile=${socket}\n[supervisorctl]\nserverurl=unix://${socket}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n${programs.join('')}`,
      )
      sh(program, '-c', join(folder, 's.conf'))
      return null
    },
    status: ({ folder, sh }) => {
      sh('supervisorctl', '-c', join(folder, 's.conf'), 'status')
    },
    stop: ({ folder, sh }) => {
      sh('supervisorctl', '-c', join(folder, 's.conf'), 'shutdown')
    },
  },
]

/** Milliseconds until every port listens, of a status, and until no port listens. Says which were not there. */
export function measurePeers(bench: Bench): Row[] {
  const installed = join(bench.scratch, 'npm')
  mkdirSync(installed)
  spawnSync('npm', ['install', '--prefix', installed, '--no-audit', '--no-fund', 'pm2', 'concurrently', 'mprocs'], {
    stdio: 'ignore',
  })
  const path = `${join(installed, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  const rows: Row[] = []
  for (const peer of peers) {
    const found = spawnSync('sh', ['-c', `command -v ${peer.program}`], {
      env: { ...bench.env, PATH: path },
      encoding: 'utf8',
    })
    if (found.status !== 0) {
      process.stderr.write(`${peer.name} is not here\n`)
      continue
    }
    try {
      measure(bench, peer, found.stdout.trim(), path, rows)
    } catch (error) {
      process.stderr.write(`${peer.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    } finally {
      // What a manager leaves would be counted for the next.
      endAllOf(join(bench.scratch, peer.name))
    }
  }
  return rows
}

/** Adds rows as they are measured. @throws where the manager does not do what it is told. */
function measure(bench: Bench, peer: Peer, program: string, path: string, rows: Row[]): void {
  const folder = join(bench.scratch, peer.name)
  mkdirSync(folder)
  const env = { ...bench.env, PATH: path, HOME: folder, PM2_HOME: folder }
  const commands = Array.from({ length: count }, (_, i) => `${bench.listener} ${firstPort + i}`)
  const sh = (name: string, ...args: string[]): void => {
    execFileSync(name, args, { env, cwd: folder, stdio: 'ignore' })
  }
  const begin = (name: string, ...args: string[]): ChildProcess =>
    spawn(name, args, { env, cwd: folder, stdio: 'ignore' })
  const run: Run = { folder, program, commands, child: null, sh, begin }
  const took = (work: () => void): number => {
    const from = performance.now()
    work()
    return performance.now() - from
  }
  const row = (what: string, value: number): Row => ({
    what: `${peer.name}: ${what}`,
    value,
    unit: 'ms',
    beside: null,
    base: null,
  })
  const step = (what: string, work: () => void): void => {
    rows.push(row(what, took(work)))
  }
  try {
    step(`up, ${count} ports listen`, () => {
      run.child = peer.start(run)
      waitFor(count)
    })
    if (peer.status !== undefined) step('status', () => peer.status?.(run))
    step('down, no port listens', () => {
      peer.stop(run)
      waitFor(0)
    })
  } finally {
    run.child?.kill('SIGKILL')
  }
}

function waitFor(wanted: number): void {
  const deadline = performance.now() + 60_000
  for (;;) {
    const there = listening(firstPort, count)
    if (there === wanted) return
    if (performance.now() > deadline) throw new Error(`${there} ports listen after a minute, ${wanted} were expected`)
    execFileSync('sleep', ['0.005'])
  }
}

/** Whatever runs with this folder as its HOME: the manager and its listeners, since no one else has it. */
function endAllOf(home: string): void {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) continue
    try {
      if (readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`HOME=${home}`))
        process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended, or is another user's.
    }
  }
}

/** A service folder as s6 and runit read it. */
function service(folder: string, command: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'run'), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 })
}
