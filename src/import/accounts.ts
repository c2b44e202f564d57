/** The accounts of imported tunnels, one for each user and secret, and where their secrets go. */
import { keychainEntry, proposedVariable, type SecretKey } from '../connectd/account-keys.ts'
import type { Secret } from '../core/text/secret.ts'
import type { Comment, ImportedTunnel, Given, Login } from './imported-tunnel.ts'
import type { CurrentAccount } from './current-project.ts'
import { nameFrom, takeName } from './spelling.ts'

export interface PlannedAccount {
  name: string
  user: Given
  kind: SecretKey
  index: number
  /** null: the project already declares this account. */
  place: SecretPlace | null
  comments: Comment[]
}

export class Accounts {
  readonly plans: PlannedAccount[] = []
  readonly #existing: readonly CurrentAccount[]
  readonly #places: SecretPlaces
  readonly #names: Set<string>
  readonly #byLogin = new Map<string, PlannedAccount>()

  constructor(imported: readonly ImportedTunnel[], existing: readonly CurrentAccount[], places: SecretPlaces) {
    this.#existing = existing
    this.#places = places
    this.#names = new Set(existing.map(({ name }) => name))
    for (const { login } of imported) if ('variable' in login.secret.value) places.reserve(login.secret.value.variable)
  }

  /** The account of a login; `isNew` when it was made for just this one. */
  take(login: Login): { account: PlannedAccount; isNew: boolean } {
    const { user, secret } = login
    const value = 'secret' in secret.value ? ['secret', secret.value.secret.open()] : secret.value
    // Two logins are one when nothing tells them apart.
    const key = JSON.stringify([user, secret.kind, secret.index, value])
    const known = this.#byLogin.get(key)
    if (known !== undefined) return { account: known, isNew: false }
    const existing = this.#existing.find((account) => isSame(account, login))
    const account = existing === undefined ? this.#make(login) : kept(existing)
    this.#byLogin.set(key, account)
    this.plans.push(account)
    return { account, isNew: existing === undefined }
  }

  #make({ user, secret }: Login): PlannedAccount {
    const words = 'text' in user ? user.text.replace(/@.*$/, '') : ''
    const name = takeName(this.#names.has('default') ? nameFrom(words, 'account') : 'default', this.#names)
    const { kind, index, value } = secret
    const owner = { account: name, user: 'text' in user ? user.text : name, kind }
    const place = 'secret' in value ? this.#places.put(value.secret, owner) : { env: value.variable }
    return { name, user, kind, index, place, comments: [] }
  }
}

function isSame(account: CurrentAccount, { user, secret: { kind, index, value } }: Login): boolean {
  if (account.kind !== kind || account.index !== index) return false
  if ('text' in user && user.text !== account.user) return false
  return 'secret' in value ? value.secret.open() === account.secret : value.variable === account.variable
}

function kept({ name, user, kind, index }: CurrentAccount): PlannedAccount {
  return { name, user: { text: user }, kind, index, place: null, comments: [] }
}

export type SecretsMode = 'env' | 'file' | 'keychain'

/** As p2p.yaml names it. */
export type SecretPlace = { env: string } | { file: string } | { keychain: string }

export interface StoredSecret {
  /** Name of the variable or the keychain's entry, or path of the file. */
  name: string
  secret: Secret
  account: string
  kind: SecretKey
}

/** What has a name already. `value` null: it can't be compared. */
export interface Occupant {
  value: string | null
  /** Where the secrets are to go, so that nothing is to be written. */
  inPlace: boolean
}

export class SecretPlaces {
  readonly stored: StoredSecret[] = []
  readonly #mode: SecretsMode
  readonly #occupant: (name: string) => Occupant | null
  readonly #own = new Map<string, Occupant>()

  constructor(mode: SecretsMode, occupant: (name: string) => Occupant | null) {
    this.#mode = mode
    this.#occupant = occupant
  }

  /** Keeps a variable free for what a human will put into it. */
  reserve(variable: string): void {
    if (this.#mode === 'env') this.#own.set(variable, { value: null, inPlace: false })
  }

  /** The first free name, or one that holds just this secret. */
  put(secret: Secret, { account, user, kind }: { account: string; user: string; kind: SecretKey }): SecretPlace {
    const base = this.#baseName(account, user, kind)
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? base : `${base}${this.#mode === 'env' ? '_' : '-'}${count}`
      const occupant = this.#own.get(name) ?? this.#occupant(name)
      if (occupant !== null && occupant.value !== secret.open()) continue
      if (occupant?.inPlace !== true) this.stored.push({ name, secret, account, kind })
      this.#own.set(name, { value: secret.open(), inPlace: true })
      return { [this.#mode]: name } as SecretPlace
    }
  }

  #baseName(account: string, user: string, kind: SecretKey): string {
    if (this.#mode === 'file') return `./.secrets/${account}.${kind}`
    if (this.#mode === 'keychain') return keychainEntry(user, kind)
    return proposedVariable(kind) + (account === 'default' ? '' : `_${account.replaceAll('-', '_').toUpperCase()}`)
  }
}
