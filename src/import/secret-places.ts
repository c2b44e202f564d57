/** Where the secrets of old setups go: into variables of a .env file, into files of their own, or into the keychain. */
import { keychainEntry, proposedVariable, type SecretKey } from '../connectd/account-keys.ts'
import type { Secret } from '../core/text/secret.ts'

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
    switch (this.#mode) {
      case 'env': {
        const suffix = account === 'default' ? '' : `_${account.replaceAll('-', '_').toUpperCase()}`
        return proposedVariable(kind) + suffix
      }
      case 'file':
        return `./.secrets/${account}.${kind}`
      case 'keychain':
        return keychainEntry(user, kind)
    }
  }
}
