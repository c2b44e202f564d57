/** What a project is called, also where its file can't be used. */
import { basename, dirname } from 'node:path'
import type { Context } from '../../core/context.ts'
import { absolute, readText } from './disk.ts'
import { search } from './discover.ts'

/** The project of a command, as far as it is known without understanding its file. */
export interface ProjectMeant {
  /** The project's first file, absolute; `-` for standard input; null: there is no file. */
  path: string | null
  /** The name that the file gives itself; null: it gives none, or it can't be read. */
  name: string | null
}

/** Looks at the text of the files alone, for commands that go on without a valid one. Reads no standard input. */
export function projectMeant({ cwd, globals }: Context): ProjectMeant {
  const files = globals.files.length > 0 ? globals.files : search(cwd).files
  const [path] = files.map((file) => (file === '-' ? file : absolute(file, cwd)))
  if (path === undefined || path === '-') return { path: path ?? null, name: null }
  const texts = files.map((file) => (file === '-' ? null : plainText(absolute(file, cwd))))
  if (texts.includes(null)) return { path, name: null }
  // An override may rename what it overrides.
  const written = texts.flatMap((text) => [...(text ?? '').matchAll(nameLine)].map(([, value = '']) => value)).at(-1)
  return { path, name: /^(["']?)([a-z0-9][a-z0-9_-]{0,62})\1$/.exec(written ?? '')?.[2] ?? null }
}

/** What it calls itself without -p. */
export function ownName(ctx: Context): string {
  const { path, name } = projectMeant(ctx)
  return name ?? nameOfFolder(path === null || path === '-' ? ctx.cwd : dirname(path))
}

/** The top-level key `name`, with what stands behind it up to a comment. */
const nameLine = /^(?:name|"name"|'name')[ \t]*:[ \t]*(.*?)[ \t]*(?:[ \t]#.*)?\r?$/gm

/** A folder's name in the letters that a project's name may have. */
export function nameOfFolder(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 63)
  return name === '' ? 'p2p' : name
}

function plainText(path: string): string | null {
  const read = readText(path)
  return read.ok && read.flaw === null ? read.text : null
}
