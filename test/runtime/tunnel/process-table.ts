/** A world whose processes are rows of a table: files are real, nothing runs, and nothing is signalled. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { launcherMark } from '../../../src/runtime/process/nonce.ts'
import {
  relationsOf,
  type Listener,
  type ProcessInfo,
  type Snapshot,
} from '../../../src/runtime/process/system/index.ts'
import { Store } from '../../../src/runtime/state/store.ts'
import type { World } from '../../../src/runtime/state/world.ts'
import { contextIn } from '../support.ts'

export interface Row {
  pid: number
  ppid?: number
  /** Absent: its own. */
  pgid?: number
  /** The nonce in its environment. */
  nonce?: string
  /** Whether it is the launcher of that attempt. */
  isLauncher?: true
  /** Absent: ours. */
  uid?: number
  /** What ends it; absent: any signal. */
  diesOf?: readonly string[]
}

export interface Table {
  world: World
  rows: Map<number, Row>
  listeners: Listener[]
  add: (...rows: Row[]) => void
  /** Called before each look. */
  onLook: () => void
  /** As a launcher writes it. */
  runFile: (nonce: string, text: string) => void
}

const uid = 1000

export function table(...rows: Row[]): Table {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-table-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const store = new Store(folder, { name: 'lab', folder })
  store.bootId = 'boot'
  mkdirSync(store.runs, { recursive: true })
  const found = new Map<number, Row>()
  const add = (...more: Row[]): void => {
    for (const row of more) found.set(row.pid, row)
  }
  add(...rows)
  const look = (): Snapshot => {
    made.onLook()
    return snapshotOf(new Map(found), [...made.listeners])
  }
  const made: Table = {
    world: {
      ctx: contextIn(folder),
      key: { name: 'lab', folder },
      root: folder,
      store,
      runtimeRoot: folder,
      privateFolder: join(folder, 'private'),
      command: 'p2p test',
      system: { bootId: 'boot', pidNamespace: null, uid, look },
    },
    rows: found,
    listeners: [],
    add,
    onLook: () => undefined,
    runFile: (nonce, text) => {
      writeFileSync(store.runFile(nonce), text)
    },
  }
  return made
}

function snapshotOf(rows: ReadonlyMap<number, Row>, sockets: readonly Listener[]): Snapshot {
  const infoOf = ({ pid, ppid = 1, pgid = pid }: Row): ProcessInfo => ({
    pid,
    ppid,
    pgid,
    suspended: false,
    startTime: '1',
  })
  const process = (pid: number): ProcessInfo | null => {
    const row = rows.get(pid)
    return row === undefined ? null : infoOf(row)
  }
  const processes = (): ProcessInfo[] => [...rows.values()].map(infoOf)
  return {
    process,
    processes,
    relations: () => relationsOf(processes()),
    hasArgument: (pid, argument) => {
      const row = rows.get(pid)
      return row?.isLauncher === true && argument === launcherMark(row.nonce ?? '')
    },
    isNamespaceGone: () => false,
    ownerOf: (pid) => (rows.has(pid) ? (rows.get(pid)?.uid ?? uid) : null),
    attemptOf: (pid) => rows.get(pid)?.nonce ?? null,
    listeners: (ports) => sockets.filter(({ port }) => ports?.has(port) ?? true),
    listenersAt: (endpoints) => sockets.filter(({ port }) => endpoints.some((one) => one.port === port)),
    descriptorOf: () => null,
    holds: () => false,
    holder: () => null,
    connections: () => null,
    socketCount: () => null,
    written: () => [],
  }
}
