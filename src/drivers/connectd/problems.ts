/** Errors that connectd's own parser would silently misread. */
import { byteLength, isDottedQuad, zeroUid } from '../../connectd/values.ts'
import { readEndpoint } from '../../core/text/endpoint.ts'
import type { ConnectdOptions } from '../../core/generated/schema.ts'
import type { Account, Basics, DriverProblem } from '../driver.ts'
import { homeRelative, error, oneAddress, optionLike, portRequired, warning } from '../problems.ts'

/** `account`: the one that the options name; null if it does not exist. */
export function connectdProblems(options: ConnectdOptions, tunnel: Basics, account: Account | null): DriverProblem[] {
  return [
    ...endpointProblems(tunnel),
    ...oneAddress(tunnel, 'connectd listens on one only'),
    ...(options.uid === zeroUid
      ? [error('connectd.uid', ['connectd', 'uid'], 'must be the UID of a service, not zeros')]
      : []),
    ...(account === null ? unknownAccount(options, tunnel) : userProblems(options, account)),
    ...encryptionProblems(options),
    ...depthProblems(options),
    ...serverProblems(options),
    ...optionLike(['connectd', 'program'], options.program ?? ''),
    ...homeRelative(['connectd', 'program'], options.program ?? ''),
  ]
}

function endpointProblems({ endpoint }: Basics): DriverProblem[] {
  if (endpoint === null) return [portRequired()]
  if (endpoint.host === 'localhost' || isDottedQuad(endpoint.host)) return []
  const message = 'must be an IPv4 address: with any other connectd listens on every interface'
  return [error('connectd.bind', ['bind'], message, 'bind: 127.0.0.1')]
}

function unknownAccount({ account }: ConnectdOptions, { accounts }: Basics): DriverProblem[] {
  const example = 'user: you@example.com, password: { env: REMOTEIT_PASSWORD }'
  const known = `known accounts: ${[...accounts.keys()].join(', ')}`
  const hint = accounts.size === 0 ? `accounts: { ${account ?? 'default'}: { ${example} } }` : known
  return account === undefined
    ? [error('account-unknown', ['connectd'], 'needs an account called "default", or account: NAME', hint)]
    : [error('account-unknown', ['connectd', 'account'], `is an unknown account: "${account}"`, hint)]
}

function userProblems(options: ConnectdOptions, { name, user }: Account): DriverProblem[] {
  const path = options.account === undefined ? ['connectd'] : ['connectd', 'account']
  const report = (what: string): DriverProblem[] => [
    error('connectd.user', path, `uses account "${name}", whose user ${what}`),
  ]
  // The value ends at the first space, and a line end would start another key.
  if (/[\s\p{Cc}]/u.test(user)) return report('contains a space: connectd would stop reading there')
  return byteLength(user) > 124 ? report("is longer than connectd's 124 bytes") : []
}

function encryptionProblems({ encryption = 'xxtea' }: ConnectdOptions): DriverProblem[] {
  if (encryption === 'xxtea') return []
  const message =
    encryption === 'none' ? 'turns encryption off: traffic can be read on its way' : 'uses rc4, which is broken'
  return [warning('connectd.encryption', ['connectd', 'encryption'], message, 'encryption: xxtea')]
}

function depthProblems({ max_depth: depth = 12 }: ConnectdOptions): DriverProblem[] {
  if (depth >= 10 && depth <= 25) return []
  const message = `is ${depth}: connectd works well from 10 to 25`
  return [warning('connectd.max-depth', ['connectd', 'max_depth'], message, 'max_depth: 12')]
}

function serverProblems({ server }: ConnectdOptions): DriverProblem[] {
  if (server === undefined || readEndpoint(server) !== null) return []
  const message = 'must be host:port with a port from 1 to 65535'
  return [error('connectd.server', ['connectd', 'server'], message, 'server: 198.51.100.7:5959')]
}
