/**
 * Whether a key or variable is by its name a secret's: `password`, `PGPASSWORD`, `GITHUB_TOKEN`, `auth_hash`. Only the end
 * of the name counts, so that `PASSWORD_FILE` or `TOKEN_PATH`, which name a place, are none.
 */
export function isSecretName(name: string): boolean {
  return secretEnding.test(name)
}

const secretEnding =
  /(?:password|passwd|passphrase|passcode|(?:^|[_-])pass|[_-]pwd|secret|token|auth[_-]?(?:hash|key)|api[_-]?key|(?:private|access|secret)[_-]?key|credentials?)$/i
