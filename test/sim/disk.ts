/** Files in memory, and what of them survives when the power fails: what was not synced may be lost or cut short. */
import type { Random } from './random.ts'

export interface FileNode {
  kind: 'file'
  ino: number
  mode: number
  data: Buffer
  mtimeMs: number
  ctimeMs: number
  /** As at the last fsync; null: never. */
  synced: Buffer | null
  isDirty: boolean
}

export interface FolderNode {
  kind: 'folder'
  ino: number
  mode: number
  mtimeMs: number
  ctimeMs: number
  entries: Map<string, Node>
  /** As at the last fsync of this folder. */
  saved: Map<string, Node>
  /** Since then, in order; those of one rename belong together. */
  changes: [name: string, node: Node | null][][]
}

export type Node = FileNode | FolderNode

export class SystemError extends Error {
  readonly code: string

  constructor(code: string, path = '') {
    super(`${code}: ${path}`)
    this.code = code
  }
}

/** `now`: wall clock. `changed`: called with the path of each folder in which a name or a file changed. */
export class Disk {
  readonly root: FolderNode
  readonly #now: () => number
  readonly #changed: (folder: string) => void
  #inodes = 0
  readonly #parts = new Map<string, string[]>()

  constructor(now: () => number, changed: (folder: string) => void) {
    this.#now = now
    this.#changed = changed
    this.root = this.#newFolder()
  }

  /** @throws SystemError ENOENT, ENOTDIR */
  find(path: string): Node {
    const node = this.#walk(path)
    if (typeof node === 'string') throw new SystemError(node, path)
    return node
  }

  findOrNull(path: string): Node | null {
    const node = this.#walk(path)
    return typeof node === 'string' ? null : node
  }

  #walk(path: string): Node | 'ENOENT' | 'ENOTDIR' {
    let parts = this.#parts.get(path)
    if (parts === undefined) {
      parts = path.split('/').filter((part) => part !== '')
      this.#parts.set(path, parts)
    }
    let node: Node = this.root
    for (const part of parts) {
      if (node.kind !== 'folder') return 'ENOTDIR'
      const next = node.entries.get(part)
      if (next === undefined) return 'ENOENT'
      node = next
    }
    return node
  }

  file(path: string): FileNode {
    const node = this.find(path)
    if (node.kind !== 'file') throw new SystemError('EISDIR', path)
    return node
  }

  folder(path: string): FolderNode {
    const node = this.find(path)
    if (node.kind !== 'folder') throw new SystemError('ENOTDIR', path)
    return node
  }

  text(path: string): string | null {
    const node = this.findOrNull(path)
    return node?.kind === 'file' ? node.data.toString('utf8') : null
  }

  create(path: string, { isExclusive = false, mode = 0o666 } = {}): FileNode {
    const there = this.findOrNull(path)
    if (there !== null) {
      if (isExclusive) throw new SystemError('EEXIST', path)
      if (there.kind === 'folder') throw new SystemError('EISDIR', path)
      return there
    }
    const now = this.#now()
    const ino = (this.#inodes += 1)
    const data = Buffer.alloc(0)
    const node: FileNode = { kind: 'file', ino, mode, data, mtimeMs: now, ctimeMs: now, synced: null, isDirty: true }
    this.#change(path, [[path, node]])
    return node
  }

  /** Over what is there from `at` on; null: at the end. */
  write(node: FileNode, path: string, bytes: Buffer, at: number | null): void {
    const start = at ?? node.data.length
    const data = Buffer.alloc(Math.max(node.data.length, start + bytes.length))
    node.data.copy(data)
    bytes.copy(data, start)
    this.#replace(node, path, data)
  }

  truncate(node: FileNode, path: string): void {
    this.#replace(node, path, Buffer.alloc(0))
  }

  makeFolder(path: string, isRecursive: boolean, mode = 0o755): void {
    const there = this.findOrNull(path)
    if (there !== null) {
      if (isRecursive && there.kind === 'folder') return
      throw new SystemError('EEXIST', path)
    }
    if (isRecursive && this.findOrNull(parentOf(path)) === null) this.makeFolder(parentOf(path), true, mode)
    const node = this.#newFolder(mode)
    this.#change(path, [[path, node]])
    // Folders are there for good: p2p syncs none of those above, and a file in a folder that is lost is not worth a look.
    const parent = this.folder(parentOf(path))
    parent.saved.set(nameOf(path), node)
  }

  rename(from: string, to: string): void {
    const node = this.find(from)
    if (this.findOrNull(to)?.kind === 'folder') throw new SystemError('EISDIR', to)
    this.#change(to, [
      [from, null],
      [to, node],
    ])
  }

  link(from: string, to: string): void {
    const node = this.file(from)
    if (this.findOrNull(to) !== null) throw new SystemError('EEXIST', to)
    this.#change(to, [[to, node]])
  }

  unlink(path: string): void {
    this.file(path)
    this.#change(path, [[path, null]])
  }

  removeFolder(path: string): void {
    if (this.folder(path).entries.size > 0) throw new SystemError('ENOTEMPTY', path)
    this.#change(path, [[path, null]])
    this.folder(parentOf(path)).saved.delete(nameOf(path))
  }

  removeTree(path: string): void {
    const node = this.find(path)
    if (node.kind === 'folder') for (const name of [...node.entries.keys()]) this.removeTree(`${path}/${name}`)
    if (node.kind === 'folder') this.removeFolder(path)
    else this.unlink(path)
  }

  sync(node: Node): void {
    if (node.kind === 'file') {
      node.synced = node.data
      node.isDirty = false
    } else {
      node.saved = new Map(node.entries)
      node.changes = []
    }
  }

  syncAll(folder: FolderNode = this.root): void {
    this.sync(folder)
    for (const node of folder.entries.values()) {
      if (node.kind === 'folder') this.syncAll(node)
      else this.sync(node)
    }
  }

  /** The power fails: each folder keeps its changes up to a random one; a file that was not synced is whole, cut, or older. */
  lose(random: Random, folder: FolderNode = this.root): void {
    const kept = folder.changes.slice(0, random.below(folder.changes.length + 1))
    const entries = new Map(folder.saved)
    for (const [name, node] of kept.flat()) {
      if (node === null) entries.delete(name)
      else entries.set(name, node)
    }
    // What was there at the time of the sync may have been a folder that is removed since.
    folder.entries = entries
    for (const node of entries.values()) {
      if (node.kind === 'folder') this.lose(random, node)
      else if (node.isDirty) {
        const choice = random.below(3)
        if (choice === 1) node.data = node.data.subarray(0, random.below(node.data.length + 1))
        if (choice === 2) node.data = node.synced ?? Buffer.alloc(0)
      }
    }
    if (folder === this.root) this.syncAll()
  }

  #newFolder(mode = 0o755): FolderNode {
    const now = this.#now()
    const ino = (this.#inodes += 1)
    return {
      kind: 'folder',
      ino,
      mode,
      mtimeMs: now,
      ctimeMs: now,
      entries: new Map(),
      saved: new Map(),
      changes: [],
    }
  }

  #replace(node: FileNode, path: string, data: Buffer): void {
    node.data = data
    node.mtimeMs = node.ctimeMs = this.#now()
    node.isDirty = true
    this.#changed(parentOf(path))
  }

  /** All in one folder, or in two: then each has its own. */
  #change(path: string, changes: [string, Node | null][]): void {
    const folders = new Map<FolderNode, [string, Node | null][]>()
    for (const [each, node] of changes) {
      const folder = this.folder(parentOf(each))
      folders.set(folder, [...(folders.get(folder) ?? []), [nameOf(each), node]])
    }
    for (const [folder, list] of folders) {
      for (const [name, node] of list) {
        if (node === null) folder.entries.delete(name)
        else folder.entries.set(name, node)
        if (node !== null) node.ctimeMs = this.#now()
      }
      folder.changes.push(list)
      folder.mtimeMs = this.#now()
    }
    this.#changed(parentOf(path))
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
