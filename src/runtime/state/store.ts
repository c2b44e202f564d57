/** The state files of one project (launch-protocol.md 1.1). Readers take no lock; a writer holds the project's lock. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { P2pError, systemCode } from '../../core/errors.ts'
import type { RunRecord, TunnelSpec } from '../../core/model.ts'
import { sha256 } from '../../core/text/sha256.ts'
import { unusable } from '../files/folders.ts'
import { namesIn, openOrCreate, readOptional } from '../files/read-file.ts'
import { writeAtomic } from '../files/write-file.ts'
import { isDesiredTunnel, isLaunchedTunnel, isObject, isPort, isRunRecord } from './shapes.ts'
import type { Owner } from './owner.ts'

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
}

interface Claim {
  /** The claim ends when it exits. */
  owner: Owner
  /** The attempt on record then: the claim ends when it is replaced. */
  instead: string | null
}

/** Each tunnel as launched, with its initial record: enough to rebuild a damaged index. */
export type LaunchedTunnels = Map<string, { record: RunRecord; spec: TunnelSpec }>

const format = 1

export class Store {
  readonly folder: string
  readonly runs: string

  readonly #writeText: (path: string, text: string) => void

  /** `writeText`: for who only asks what would be written. */
  constructor(stateRoot: string, key: ProjectKey, writeText: (path: string, text: string) => void = writeAtomic) {
    this.#writeText = writeText
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
    this.#writeMap('state.json', records)
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
    const stat = statSync(join(this.folder, 'desired.json'), { throwIfNoEntry: false })
    return stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`
  }

  writeDesired(desired: Desired): void {
    this.#writeMap('desired.json', desired)
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

  markReady(nonce: string): void {
    closeSync(openOrCreate(this.readyMark(nonce)))
  }

  removeRun(nonce: string): void {
    rmSync(this.runFile(nonce), { force: true })
    rmSync(this.readyMark(nonce), { force: true })
  }

  #readMap<Value>(name: string, isValue: (value: unknown) => value is Value): Map<string, Value> {
    const { entries } = this.#read(name) ?? { entries: {} }
    const values = isObject(entries) ? Object.entries(entries) : null
    if (values?.every((entry): entry is [string, Value] => isValue(entry[1])) !== true)
      throw damaged(join(this.folder, name))
    return new Map(values)
  }

  #writeMap(name: string, map: ReadonlyMap<string, unknown>): void {
    this.#write(name, { entries: Object.fromEntries(map) })
  }

  #read(name: string): Record<string, unknown> | null {
    const path = join(this.folder, name)
    const text = readOptional(path)
    if (text === null) return null
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
    const path = join(this.folder, name)
    const text = `${JSON.stringify({ format, ...value })}\n`
    // Saves two fsyncs if nothing changed.
    if (readOptional(path) !== text) this.#writeText(path, text)
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

export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unusable(path, error)
  }
}

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
