/** One tunnel of an old setup as its author meant it: what every reader produces and the document is made of. */
import { proposedVariable, type SecretKey } from '../connectd/account-keys.ts'
import type { Secret } from '../core/text/secret.ts'
import type { Encryption } from './connectd/values.ts'

export interface ImportedTunnel {
  /** Where it was found, as shown to people. */
  file: string
  line: number
  /** What its tunnel is to be named after: the file's name without folder. */
  base: string
  uid: string
  port: number | null
  /** null: none is given, and loopback is meant. */
  bind: string | null
  encryption: Encryption | null
  maxDepth: number | null
  /** host:port of the remote.it service, where it is not the public one. */
  server: string | null
  /** null: the connectd of PATH. */
  program: string | null
  restart: 'no' | 'on-failure' | 'always'
  /** `enabled 0`: it is kept, but not opened with the others. */
  disabled: boolean
  login: Login
  /** Every secret of its text, imported or not: no comment and no output may show one. */
  secrets: Secret[]
  comments: Comment[]
}

export interface Login {
  user: Given
  secret: GivenSecret
}

export interface GivenSecret {
  kind: SecretKey
  value: { secret: Secret } | { variable: string }
  /** Which of the account's tokens it is; 0 for the other kinds. */
  index: number
}

/** Written in the old setup, or to be found in a variable: that of a script, or one that p2p proposes. */
export type Given = { text: string } | { variable: string }

export interface Comment {
  /** What it stood beside or above; `end`: below everything. */
  about: Field
  text: string
  line: number
  /** It stands behind a secret, and may be the rest of it. */
  unsafe: boolean
}

export type Field =
  'tunnel' | 'port' | 'bind' | 'uid' | 'encryption' | 'max_depth' | 'server' | 'restart' | 'account' | 'end'

/** Proposed for a user or secret that the old setup does not hold. */
export const askedUser: Given = { variable: 'REMOTEIT_USER' }
export const askedSecret: GivenSecret = {
  kind: 'password',
  value: { variable: proposedVariable('password') },
  index: 0,
}
