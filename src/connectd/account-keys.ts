/** The keys of an account in p2p.yaml under which its one secret may stand. */
export type SecretKey = 'password' | 'auth_hash' | 'auth_token'

/**
 * The keychain's entry for an account, where p2p.yaml does not name another. By its user: one keychain serves all projects
 * of a person, and what an account is called in one of them says nothing there.
 */
export function keychainEntry(user: string, key: SecretKey): string {
  return key === 'password' ? `remoteit/${user}` : `remoteit/${user}/${key}`
}
