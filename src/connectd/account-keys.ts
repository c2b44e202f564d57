/** The secrets that an account can log in with: one row each, and the keychain's entry for it. */

/** `key`: in p2p.yaml; `kind`: of a compiled account; `words`: to people; `setting`: in a provisioning file; `form`: of the command line. */
export const accountSecrets = [
  { key: 'password', setting: 'auth_pass', kind: 'password', words: 'password', form: '-c' },
  { key: 'auth_hash', setting: 'auth_hash', kind: 'auth-hash', words: 'auth_hash', form: '-p' },
  { key: 'auth_token', setting: 'auth_token', kind: 'token', words: 'login token', form: '-p2' },
] as const

export type SecretKey = (typeof accountSecrets)[number]['key']

/** The default keychain entry of an account. By its user, since one keychain serves all projects of a person. */
export function keychainEntry(user: string, key: SecretKey): string {
  return key === 'password' ? `remoteit/${user}` : `remoteit/${user}/${key}`
}

/** The variable that p2p proposes for a secret: `REMOTEIT_AUTH_HASH`. */
export function proposedVariable(key: SecretKey): string {
  return `REMOTEIT_${key.toUpperCase()}`
}
