/** Reads and parses every text of one load once. */
import { dirname } from 'node:path'
import { parseYaml } from './parse.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { readText, type TextResult, type Unreadable } from './disk.ts'
import { shownPath, type SourceText } from '../text/source.ts'
import type { MapNode } from '../text/tree.ts'

export interface FileCache {
  open(path: string, kind: SourceText['kind']): SourceText | Unreadable
  /** A p2p.yaml from standard input. */
  adopt(file: string, folder: string, reading: TextResult): SourceText | Unreadable
  /** The tree of a YAML text; null if it has errors, which are then reported. */
  parse(source: SourceText): MapNode | null
  shown(path: string): string
  /** Absolute paths, in reading order. */
  readonly files: readonly string[]
}

export function openFileCache(cwd: string, errors: ConfigErrors): FileCache {
  const opened = new Map<string, SourceText | Unreadable>()
  const trees = new Map<SourceText, MapNode | null>()
  const files: string[] = []

  const adopt = (file: string, folder: string, reading: TextResult, kind: SourceText['kind'] = 'yaml') => {
    if (!reading.ok) return reading.why
    const { text, flaw } = reading
    files.push(file)
    const shown = shownPath(file, cwd)
    const source: SourceText = { file, shown, folder, text, envFiles: [], flaw, order: files.length, kind }
    if (flaw !== null) {
      const at = { source, start: flaw.at, end: flaw.at + 1 }
      errors.add({ code: 'bad-character', message: flaw.message, path: [], at, hint: flaw.hint })
    }
    return source
  }
  return {
    files,
    shown: (path) => shownPath(path, cwd),
    adopt,
    open: (path, kind) => {
      const key = `${kind} ${path}`
      const source = opened.get(key) ?? adopt(path, dirname(path), readText(path), kind)
      opened.set(key, source)
      return source
    },
    parse: (source) => {
      const known = trees.get(source)
      if (known !== undefined) return known
      const tree = source.flaw === null ? parseYaml(source, errors) : null
      trees.set(source, tree)
      return tree
    },
  }
}
