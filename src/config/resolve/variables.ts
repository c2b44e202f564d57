/** Values of variables, from the environment and env files. */
import type { Environment } from '../../core/context.ts'
import { fillDotenv, readDotenv, type DotenvValue } from '../../core/text/dotenv.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { unreadableWords, type Unreadable } from '../read/disk.ts'
import type { SourceText, Span } from '../text/source.ts'
import type { FileCache } from '../read/file-cache.ts'

/** An included file uses its own env files first, then those of the including file. */
export interface Scope {
  env: Environment
  /** Absolute paths; earlier ones win. A missing file counts as empty. */
  envFiles: readonly string[]
}

export type VariableValue =
  /** `at`: where an env file sets it; null for the process environment. */
  | { found: 'value'; text: string; at: Span | null }
  /** Set in a file, but the line has an error or needs an unset variable; already reported. */
  | { found: 'broken' }
  | { found: 'nothing' }

/** Reads an env file only if the environment does not have the variable. */
export class Variables {
  readonly #texts: FileCache
  readonly #errors: ConfigErrors
  readonly #files = new Map<string, EnvFile | Unreadable>()

  constructor(texts: FileCache, errors: ConfigErrors) {
    this.#texts = texts
    this.#errors = errors
  }

  find(name: string, { env, envFiles }: Scope): VariableValue {
    const own = env[name]
    if (own !== undefined) return { found: 'value', text: own, at: null }
    for (const [index, path] of envFiles.entries()) {
      const file = this.#open(path, { env, envFiles: envFiles.slice(index + 1) })
      if (typeof file === 'string') {
        if (file === 'missing') continue
        this.#reportUnreadable(path, file)
        return { found: 'broken' }
      }
      const value = file.values.get(name)
      if (file.source.flaw !== null || (value === undefined && file.unreadable.has(name))) return { found: 'broken' }
      if (value === undefined) continue
      const text = this.#textOf(value, file)
      if (text === null) return { found: 'broken' }
      const { start, end } = value.entry
      return { found: 'value', text, at: { source: file.source, start, end } }
    }
    return { found: 'nothing' }
  }

  /** What a mistyped name may have meant. */
  namesIn({ env, envFiles }: Scope): string[] {
    return envFiles.flatMap((path, index) => {
      const file = this.#open(path, { env, envFiles: envFiles.slice(index + 1) })
      return typeof file === 'string' ? [] : [...file.values.keys()]
    })
  }

  /** Everything one file sets. Lines that need a missing variable are reported and skipped. */
  allIn(path: string, { env, envFiles }: Scope): Map<string, string> | Unreadable {
    const file = this.#open(path, { env, envFiles: envFiles.filter((other) => other !== path) })
    if (typeof file === 'string') return file
    const texts = new Map<string, string>()
    for (const [name, value] of file.values) {
      const text = this.#textOf(value, file)
      if (text !== null) texts.set(name, text)
    }
    return texts
  }

  /** `scope`: what its own variables see. */
  #open(path: string, scope: Scope): EnvFile | Unreadable {
    const key = [path, ...scope.envFiles].join('\n')
    const known = this.#files.get(key)
    if (known !== undefined) return known
    const source = this.#texts.open(path, 'env')
    const file = typeof source === 'string' ? source : this.#read(source, scope)
    this.#files.set(key, file)
    return file
  }

  #read(source: SourceText, { env, envFiles }: Scope): EnvFile {
    if (source.flaw !== null) return { source, values: new Map(), unreadable: new Set() }
    const file = readDotenv(source.text)
    const unreadable = new Set<string>()
    for (const { name, start, end, message, hint } of file.errors) {
      this.#errors.add({ code: 'env-syntax', message, path: [], at: { source, start, end }, hint })
      if (name !== null) unreadable.add(name)
    }
    const outside = (name: string): string | undefined => {
      const found = this.find(name, { env: {}, envFiles })
      return found.found === 'value' ? found.text : undefined
    }
    return { source, values: fillDotenv(file, (name) => env[name], outside), unreadable }
  }

  /** Null, and an error, if the line has none. */
  #textOf({ text, lack }: DotenvValue, { source }: EnvFile): string | null {
    if (lack === null) return text
    const { code, name, start, end, message, hint } = lack
    // Syntax errors were reported when the file was read.
    if (code !== 'env-syntax') this.#errors.add({ code, message, path: [name], at: { source, start, end }, hint })
    return null
  }

  #reportUnreadable(path: string, why: Unreadable): void {
    const message = `${this.#texts.shown(path)} ${unreadableWords(why)}`
    this.#errors.add({ code: 'unreadable', message, path: [], at: null })
  }
}

interface EnvFile {
  source: SourceText
  values: Map<string, DotenvValue>
  /** Names on lines with an error. */
  unreadable: ReadonlySet<string>
}
