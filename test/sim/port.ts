// src/runtime/machine.ts for one process of a simulated computer. Each call passes `enter`: there time passes, others go
// on, and the process may die.
import { constants } from 'node:fs'
import type { Machine } from './build.ts'
import { dead, uid, type Computer, type Event, type Process, type NodeState, type Signal } from './computer.ts'
import { SystemError, type Node } from './disk.ts'
import type { Promises } from './promise.ts'
import { systemOf } from './system.ts'

/** How a shell is started by a p2p process. */
export type Spawn = (child: Process, args: readonly string[], nonce: string | null) => void

export function machineOf(computer: Computer, process: Process, promises: Promises, spawn: Spawn): Machine {
  const { disk, random } = computer
  const node = process.node as NodeState
  let descriptors = 10
  const enter = (isTurn = false): void => {
    computer.enter(process, isTurn)
  }
  const opened = (descriptor: number): NonNullable<ReturnType<NodeState['files']['get']>> => {
    const file = node.files.get(descriptor)
    if (file === undefined) throw new SystemError('EBADF')
    return file
  }
  const fileOf = (descriptor: number) => {
    const { node: file, path, isAppending } = opened(descriptor)
    if (file.kind !== 'file') throw new SystemError('EISDIR', path)
    return { file, path, isAppending }
  }
  const look = (path: string, { throwIfNoEntry = true } = {}): ReturnType<typeof statOf> | undefined => {
    enter()
    if (throwIfNoEntry) return statOf(disk.find(path))
    const found = disk.findOrNull(path)
    return found === null ? undefined : statOf(found)
  }
  const open = (path: string, given: string | number = 'r', mode = 0o666): number => {
    enter()
    const flags = typeof given === 'number' ? given : (flagsOf[given] ?? 0)
    let found: Node
    if ((flags & constants.O_CREAT) !== 0)
      found = disk.create(path, { isExclusive: (flags & constants.O_EXCL) !== 0, mode })
    else found = disk.find(path)
    if (found.kind === 'folder' && (flags & 3) !== 0) throw new SystemError('EISDIR', path)
    if (found.kind === 'file' && (flags & constants.O_TRUNC) !== 0) disk.truncate(found, path)
    descriptors += 1
    node.files.set(descriptors, { path, node: found, isAppending: (flags & constants.O_APPEND) !== 0 })
    return descriptors
  }
  const write = (descriptor: number, content: string | Uint8Array, at?: number): number => {
    enter()
    const { file, path, isAppending } = fileOf(descriptor)
    // For bytes the third is where in them to begin; for a text it is where in the file.
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.subarray(at ?? 0))
    const position = typeof content === 'string' && at !== undefined ? at : null
    disk.write(file, path, bytes, isAppending ? null : position)
    return bytes.length
  }
  const remove = (path: string, { force = false, recursive = false } = {}): void => {
    enter()
    const found = disk.findOrNull(path)
    if (found === null) {
      if (force) return
      throw new SystemError('ENOENT', path)
    }
    if (found.kind === 'file') disk.unlink(path)
    else if (recursive) disk.removeTree(path)
    else throw new SystemError('ERR_FS_EISDIR', path)
  }
  const promise = (ms: number, what: string): unknown =>
    new promises((resolve) => {
      computer.later(process, ms, what, resolve)
    })
  // Timers are set up without a chance to die: events of an AbortSignal do not pass on what is thrown.
  const timer = (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]): { event: Event | null } => {
    if (!process.isAlive) return { event: null }
    return {
      event: computer.later(process, ms, 'timer', () => {
        run(...args)
      }),
    }
  }
  const clear = (handle?: { event: Event | null }): void => {
    if (handle?.event) computer.drop(handle.event)
  }

  return {
    accessSync: (path: string): void => {
      enter()
      disk.find(path)
    },
    chmodSync: (path: string, mode: number): void => {
      enter()
      disk.find(path).mode = mode
    },
    closeSync: (descriptor: number): void => {
      opened(descriptor)
      node.files.delete(descriptor)
    },
    constants,
    existsSync: (path: string): boolean => {
      enter()
      return disk.findOrNull(path) !== null
    },
    fchmodSync: (descriptor: number, mode: number): void => {
      enter()
      opened(descriptor).node.mode = mode
    },
    fstatSync: (descriptor: number) => statOf(opened(descriptor).node),
    fsyncSync: (descriptor: number): void => {
      enter()
      disk.sync(opened(descriptor).node)
    },
    ftruncateSync: (descriptor: number): void => {
      enter()
      const { file, path } = fileOf(descriptor)
      disk.truncate(file, path)
    },
    linkSync: (from: string, to: string): void => {
      enter(true)
      disk.link(from, to)
    },
    lstatSync: look,
    mkdirSync: (path: string, { recursive = false, mode = 0o755 } = {}): void => {
      enter()
      disk.makeFolder(path, recursive, mode)
    },
    openSync: open,
    readFileSync: (path: string): string => {
      enter()
      return disk.file(path).data.toString('utf8')
    },
    readSync: (descriptor: number, into: Buffer, at = 0, length = into.length, from: number | null = 0): number => {
      enter()
      return fileOf(descriptor).file.data.copy(into, at, from ?? 0, (from ?? 0) + length)
    },
    readdirSync: (path: string): string[] => {
      enter()
      return [...disk.folder(path).entries.keys()]
    },
    realpathSync: (path: string): string => path,
    renameSync: (from: string, to: string): void => {
      enter(true)
      disk.rename(from, to)
    },
    rmSync: remove,
    rmdirSync: (path: string): void => {
      enter()
      disk.removeFolder(path)
    },
    statSync: look,
    statfsSync: unused('statfs'),
    truncateSync: (path: string): void => {
      enter()
      disk.truncate(disk.file(path), path)
    },
    unlinkSync: (path: string): void => {
      enter()
      disk.unlink(path)
    },
    watch: (path: string, ring: () => void) => {
      enter()
      disk.find(path)
      const watcher = { folder: path, ring }
      node.watchers.add(watcher)
      const handle = {
        on: () => handle,
        close: () => {
          node.watchers.delete(watcher)
        },
      }
      return handle
    },
    writeFileSync: (path: string, text: string, { flag = 'w', mode = 0o666 } = {}): void => {
      const descriptor = open(path, flag, mode)
      write(descriptor, text, 0)
      node.files.delete(descriptor)
    },
    writeSync: write,

    clearInterval: clear,
    clearTimeout: clear,
    delay: (ms: number) => {
      enter()
      return promise(ms, 'delay')
    },
    loopTurn: () => {
      enter()
      return promise(0, 'loop turn')
    },
    performance: { now: () => computer.clock },
    random: () => random.fraction(),
    randomBytes: (length: number) => random.bytes(length),
    setInterval: (run: () => void, ms: number) => {
      const handle: { event: Event | null } = { event: null }
      const again = (): void => {
        handle.event = computer.later(process, ms, 'interval', () => {
          again()
          run()
        })
      }
      again()
      return handle
    },
    setTimeout: timer,
    timeOfDay: () => computer.now(),

    hostname: () => 'sim',
    networkInterfaces: () => ({}),
    userInfo: () => ({ homedir: '/home/user' }),
    process: {
      pid: process.pid,
      platform: 'simulated',
      execPath: '/usr/bin/node',
      kill: (target: number, signal: string): void => {
        enter()
        computer.kill(process, target, signal.replace('SIG', '') as Signal)
      },
      umask: () => 0o022,
      getuid: () => uid,
      geteuid: () => uid,
      hrtime: { bigint: () => BigInt(Math.round(computer.clock * 1e6)) },
    },
    spawn: (file: string, args: readonly string[], { env }: { env: Record<string, string> }) => {
      enter()
      if (file !== '/bin/sh') throw new Error(`spawn of ${file}`)
      const heard = new Map<string, (error?: unknown) => void>()
      const tell = (event: 'spawn' | 'error', value?: unknown): void => {
        computer.later(process, 0, event, () => heard.get(event)?.(value))
      }
      const child = {
        once: (event: string, hear: (error?: unknown) => void) => heard.set(event, hear),
        unref: () => undefined,
      }
      if (random.chance(computer.wildness.noFork)) {
        tell('error', new SystemError('EAGAIN'))
        return child
      }
      const forked = computer.start('forked', `child of ${process.label}`, {
        ppid: process.pid,
        parent: process,
        argv: process.argv,
        nonce: process.nonce,
      })
      forked.onExit = null
      // It goes on whatever becomes of its parent, which waits until it is executed.
      let isExecuted = false
      const execute = (): void => {
        if (isExecuted || !forked.isAlive) return
        isExecuted = true
        spawn(forked, args, env['P2P_ATTEMPT'] ?? null)
      }
      computer.later(forked, 0.5, 'is executed', execute)
      enter(true)
      execute()
      tell('spawn')
      return child
    },
    spawnSync: unused('spawnSync'),
    createServer: () => {
      let failed = (): void => undefined
      const server = {
        once: (_: 'error', hear: () => void) => {
          failed = hear
        },
        listen: ({ port }: { port: number }, listening: () => void) => {
          enter()
          const isTaken = computer.sockets.some((one) => one.port === port)
          computer.later(process, 0, 'tries to listen', isTaken ? failed : listening)
        },
        close: (closed: () => void) => {
          computer.later(process, 0, 'closes its server', closed)
        },
      }
      return server
    },
    connect: unused('connect'),
    connectTls: unused('connectTls'),
    createSocket: unused('createSocket'),
    thisSystem: () => promises.resolve(systemOf(computer, process)),
  }

  function unused(name: string): () => never {
    return () => {
      if (!process.isAlive) throw dead
      throw new Error(`${name} is not simulated`)
    }
  }
}

const flagsOf: Record<string, number> = {
  r: constants.O_RDONLY,
  'r+': constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
}

function statOf(node: Node) {
  const size = node.kind === 'file' ? node.data.length : 4096
  return {
    ino: node.ino,
    mode: node.mode,
    uid,
    size,
    mtimeMs: node.mtimeMs,
    ctimeMs: node.ctimeMs,
    isFile: () => node.kind === 'file',
    isDirectory: () => node.kind === 'folder',
    isSymbolicLink: () => false,
  }
}
