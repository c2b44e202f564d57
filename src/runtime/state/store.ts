/** The state files of one project (launch-protocol.md 1.1). Readers take no lock; a writer holds the project's lock. */
import { dirname, isAbsolute, join } from 'node:path'
import { P2pError, systemCode } from '../../core/errors.ts'
import { wantsSupervisor } from '../../core/decide/supervision.ts'
import { supervisorName, type RunRecord, type TunnelSpec } from '../../core/model.ts'
import { sha256 } from '../../core/text/sha256.ts'
import { misplaced, unusable } from '../files/folders.ts'
import { namesIn, openOrCreate, readFrom, readOptional } from '../files/read-file.ts'
import { removeFile, tolerating, writeAtomic } from '../files/write-file.ts'
import { isDesiredTunnel, isLaunchedTunnel, isObject, isPort, isRunRecord } from './shapes.ts'
import type { Owner } from './owner.ts'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  statSync,
  writeFileSync,
  writeSync,
} from '../machine.ts'

export interface ProjectKey {
  name: string
  /** Real path of the folder of its first file. */
  folder: string
}

export interface ProjectRecord extends ProjectKey {
  files: string[]
}

/** What the last `up` and `down` want for each tunnel: the goal of the supervisor. */
export type Desired = Map<string, DesiredTunnel>

export interface DesiredTunnel {
  want: 'up' | 'down'
  spec: TunnelSpec
  /** A command is about to launch it once its needs are open: the supervisor leaves it alone. */
  claim?: Claim
  /** Only `p2p run` opened it, for these: it is closed with the last of them. Absent: it stays until `down`. */
  usedBy?: Owner[]
}

interface Claim {
  /** The claim ends when it exits. */
  owner: Owner
  /** The attempt on record then: the claim ends when it is replaced. */
  instead: string | null
}

/** Each tunnel as launched, with its initial record: enough to rebuild a damaged index. */
export type LaunchedTunnels = Map<string, { record: RunRecord; spec: TunnelSpec }>

/** Whether it takes a supervisor: to be reopened, to be checked, or to be closed with the last command that uses it. */
export function needsSupervisor({ want, spec, usedBy }: DesiredTunnel): boolean {
  return want === 'up' && (usedBy !== undefined || wantsSupervisor(spec))
}

interface FileText {
  stamp: string
  text: string
  /** Once it was found whole. */
  entries: [string, unknown][] | null
}

const format = 1

export class Store {
  readonly folder: string
  readonly runs: string

  /** Written into state.json with every change. */
  bootId: string | null = null

  readonly #writeText: (path: string, text: string) => void
  /** What was last read, by file name. */
  readonly #known: Map<string, FileText>

  /** `asking`: writes nothing, and names the paths of what it would write. */
  constructor(stateRoot: string, key: ProjectKey, asking?: { from: Store; written: (path: string) => void }) {
    this.#writeText = asking?.written ?? writeAtomic
    this.#known = asking === undefined ? new Map<never, never>() : asking.from.#known
    this.bootId = asking?.from.bootId ?? null
    this.folder = join(stateRoot, 'projects', projectId(key))
    this.runs = join(this.folder, 'runs')
  }

  create(): void {
    for (const folder of [this.folder, this.runs]) makeFolder(folder)
  }

  tunnelFolder(name: string): string {
    return `${this.folder}/t/${name}`
  }

  logOf(name: string): string {
    return `${this.tunnelFolder(name)}/log`
  }

  pidFileOf(name: string): string {
    return join(this.tunnelFolder(name), 'pid')
  }

  /** What its relay has carried. In a folder that no watch sees, as the heartbeat. */
  trafficOf(name: string): string {
    return join(this.tunnelFolder(name), 'traffic')
  }

  /** How long its far end took to answer: beside it. */
  roundTripOf(name: string): string {
    return join(this.tunnelFolder(name), 'round-trip')
  }

  /** Not in a folder that is watched: a beat would ring. */
  get heartbeat(): string {
    return join(this.tunnelFolder(supervisorName), 'heartbeat')
  }

  runFile(nonce: string): string {
    return join(this.runs, nonce)
  }

  readyMark(nonce: string): string {
    return join(this.runs, `${nonce}.ready`)
  }

  /** The index of recorded tunnels. @throws P2pError 'state.unusable' if it is damaged. */
  readRecords(): Map<string, RunRecord> {
    return this.#readMap('state.json', isRunRecord)
  }

  hasRecords(): boolean {
    return existsSync(join(this.folder, 'state.json'))
  }

  writeRecords(records: ReadonlyMap<string, RunRecord>): void {
    const entries = Object.fromEntries(records)
    this.#write('state.json', this.bootId === null ? { entries } : { bootId: this.bootId, entries })
  }

  /** The boot under which state.json was written; null: unknown. */
  lastBootId(): string | null {
    try {
      const head = /^\{"format":1,"bootId":"([^"]+)"/.exec(this.#textOf('state.json')?.text ?? '')
      return head?.[1] ?? null
    } catch {
      // Set aside as damaged.
      return null
    }
  }

  readLaunched(): LaunchedTunnels {
    return this.#readMap('specs.json', isLaunchedTunnel)
  }

  writeLaunched(launched: LaunchedTunnels): void {
    this.#writeMap('specs.json', launched)
  }

  readDesired(): Desired {
    return this.#readMap('desired.json', isDesiredTunnel)
  }

  /** Changes when desired.json is replaced. */
  desiredStamp(): string {
    return this.#stamp('desired.json')
  }

  writeDesired(desired: Desired): void {
    const supervised = [...desired.values()].some(needsSupervisor)
    this.#write('desired.json', { supervised, entries: Object.fromEntries(desired) })
  }

  /** Whether any tunnel takes a supervisor. Builds before this one have not written it in front, and all is read. */
  isSupervised(): boolean {
    const head = '{"format":1,"supervised":false,'
    const begin = readFrom(join(this.folder, 'desired.json'), () => 0, head.length)
    return begin !== head && [...this.readDesired().values()].some(needsSupervisor)
  }

  /** Over the file itself, if it has the room: not whole at every instant, but possible on a full disk. */
  overwriteDesired(desired: Desired): void {
    const path = join(this.folder, 'desired.json')
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    const text = JSON.stringify({ format, entries: Object.fromEntries(desired) })
    const spare = size - Buffer.byteLength(text)
    if (spare >= 0) writeFileSync(path, text + ' '.repeat(spare), { flag: 'r+' })
  }

  readPorts(): Map<string, number> {
    return this.#readMap('ports.json', isPort)
  }

  writePorts(ports: ReadonlyMap<string, number>): void {
    this.#writeMap('ports.json', ports)
  }

  /** Where the private files of this project were written; null: unknown. It must not keep a tunnel from being closed. */
  readRuntimeRoot(): string | null {
    try {
      const { root } = this.#read('runtime.json') ?? {}
      return typeof root === 'string' && isAbsolute(root) ? root : null
    } catch {
      return null
    }
  }

  writeRuntimeRoot(root: string): void {
    this.#write('runtime.json', { root })
  }

  readProject(): ProjectRecord | null {
    return this.#read('project.json') as unknown as ProjectRecord | null
  }

  writeProject(project: ProjectRecord): void {
    this.#write('project.json', project)
  }

  /** Makes the launcher's exclusive create fail, so that it never runs. False: the launcher was first. */
  voidAttempt(nonce: string): boolean {
    try {
      closeSync(openSync(this.runFile(nonce), 'wx', 0o600))
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw unusable(this.runFile(nonce), error)
    }
  }

  /** `tried`: its sockets on `::` that were found to take IPv4. */
  markReady(nonce: string, tried: readonly string[] = []): void {
    const descriptor = openOrCreate(this.readyMark(nonce))
    // A full disk has room for the mark alone.
    tolerating({ despiteWriteErrors: true }, () => writeSync(descriptor, tried.join(' ')))
    closeSync(descriptor)
  }

  triedSockets(nonce: string): string[] {
    return (readOptional(this.readyMark(nonce)) ?? '').split(' ')
  }

  removeRun(nonce: string): void {
    removeFile(this.runFile(nonce))
    removeFile(this.readyMark(nonce))
  }

  /** Checked once for each text. The values are the caller's own, what is in them is not. */
  #readMap<Value extends object | number>(
    name: string,
    isValue: (value: unknown) => value is Value,
  ): Map<string, Value> {
    const file = this.#textOf(name)
    if (file === null) return new Map()
    if (file.entries === null) {
      const { entries } = this.#parse(name, file.text)
      const values = isObject(entries) ? Object.entries(entries) : null
      if (values?.every((entry) => isValue(entry[1])) !== true) throw damaged(join(this.folder, name))
      file.entries = values
    }
    const values = file.entries as [string, Value][]
    return new Map(values.map(([key, value]) => [key, typeof value === 'object' ? { ...value } : value]))
  }

  /** Read once for each change of the file; null: there is none. */
  #textOf(name: string): FileText | null {
    const stamp = this.#stamp(name)
    const known = this.#known.get(name)
    if (stamp !== '' && known?.stamp === stamp) return known
    const text = readOptional(join(this.folder, name))
    if (text === null) return null
    const file = { stamp, text, entries: null }
    this.#known.set(name, file)
    return file
  }

  /** Changes when the file is replaced or written over; '' if it can't be looked at. */
  #stamp(name: string): string {
    try {
      const { ino, mtimeMs, ctimeMs, size } = lstatSync(join(this.folder, name))
      return `${ino} ${mtimeMs} ${ctimeMs} ${size}`
    } catch {
      return ''
    }
  }

  #writeMap(name: string, map: ReadonlyMap<string, unknown>): void {
    this.#write(name, { entries: Object.fromEntries(map) })
  }

  #read(name: string): Record<string, unknown> | null {
    const file = this.#textOf(name)
    return file === null ? null : this.#parse(name, file.text)
  }

  #parse(name: string, text: string): Record<string, unknown> {
    const path = join(this.folder, name)
    const value = parseObject(text)
    if (value === null) throw damaged(path)
    if (typeof value.format !== 'number') throw damaged(path)
    if (value.format !== format) {
      throw new P2pError('state.version', `${path} was written by another version of p2p (format ${value.format})`, {
        hint: 'use that version, or close its tunnels with it first',
      })
    }
    return value
  }

  #write(name: string, value: object): void {
    const text = `${JSON.stringify({ format, ...value })}\n`
    // Saves two fsyncs if nothing changed.
    if (this.#textOf(name)?.text !== text) this.#writeText(join(this.folder, name), text)
  }
}

/** `<name>-<hash of the folder's real path>`. */
export function projectId({ name, folder }: ProjectKey): string {
  return `${name}-${sha256(folder).slice(0, 12)}`
}

/** All recorded projects under this state root, except unreadable ones. */
export function knownProjects(stateRoot: string): ProjectRecord[] {
  return projectIds(stateRoot).flatMap((id) => projectOf(stateRoot, id) ?? [])
}

export function projectIds(stateRoot: string): string[] {
  return namesIn(join(stateRoot, 'projects'))
}

/** The project of a folder; null if it can't be read or does not match the folder. */
export function projectOf(stateRoot: string, id: string): ProjectRecord | null {
  let text: string | null
  try {
    text = readOptional(join(stateRoot, 'projects', id, 'project.json'))
  } catch {
    return null
  }
  const value = parseObject(text ?? '')
  if (value === null || typeof value.name !== 'string' || typeof value.folder !== 'string') return null
  const project = value as unknown as ProjectRecord
  return projectId(project) === id ? project : null
}

/** Each missing folder by a call of its own: Node's recursive form answers ENOENT to an input/output error. */
export function makeFolder(path: string): void {
  try {
    if (isFolder(path)) return
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      makeFolder(dirname(path))
      makeFolder(path)
    } else if (systemCode(error) !== 'EEXIST') throw unusable(path, error)
    // Another command may have been faster; nothing is written where a link leads.
    else if (!isFolder(path)) throw misplaced(path, 'a folder')
  }
}

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function damaged(path: string): P2pError {
  return new P2pError('state.unusable', `${path} is damaged`, {
    hint: 'nothing was changed; p2p down clears it if that is safe',
  })
}
