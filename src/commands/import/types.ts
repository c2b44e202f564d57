/** What the parts of `p2p import` hand to one another. */
import type { MapNode } from '../../config/text/tree.ts'
import type { CurrentProject } from '../../import/current-project.ts'
import type { SecretsMode } from '../../import/accounts.ts'

export interface ImportArgs {
  files: string[]
  /** null: print, or with `merge` the project's own file. */
  output: string | null
  merge: boolean
  json: boolean
  strict: boolean
  secrets: SecretsMode
}

export interface Target {
  /** Absolute; null: standard output. */
  path: string | null
  shown: string
  /** Base of the relative paths in the document; .env and .gitignore are beside it. */
  folder: string
  text: string | null
  /** Its values, with their places in it. */
  root: MapNode | null
  existing: CurrentProject
}
