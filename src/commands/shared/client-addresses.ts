/** Where clients connect to tunnels, for `run`, `env` and `url`. */
import { isSecretName } from '../../config/text/secret-names.ts'
import type { ClientAddress } from '../../core/decide/client-variables.ts'
import type { Row } from '../../core/model.ts'
import { reachable } from '../../core/text/endpoint.ts'
import { encodingsOf } from '../../core/text/secret-encodings.ts'
import { psEntry } from '../../report/ps/entry.ts'
import { keptSecrets } from '../../runtime/secrets/private-files.ts'
import type { World } from '../../runtime/state/world.ts'

export function clientAddress(world: World, row: Row): ClientAddress {
  const { name, endpoints, url } = psEntry(row, world.ctx.now())
  const [first] = endpoints
  const { host = null, port = null } = first === undefined ? {} : reachable(first)
  return { name, host, port, url }
}

/** Whether a URL shows a secret: what is printed here ends in histories, logs and process lists. */
export function showsSecret(world: World, { name, url }: ClientAddress, variables: readonly string[]): boolean {
  if (url === null) return false
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#@]+@/i.test(url)) return true
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  if ([...new URLSearchParams(query)].some(([key, value]) => value !== '' && isSecretName(key))) return true
  return secretsOf(world, name, variables).some((secret) =>
    encodingsOf(secret).some((spelling) => url.includes(spelling)),
  )
}

/** Those of a tunnel's last launch, and those in the variables that the project takes secrets from. */
export function secretsOf(world: World, name: string, variables: readonly string[]): string[] {
  return [...Object.values(keptSecrets(world, name)), ...variables.flatMap((variable) => world.ctx.env[variable] ?? [])]
}
