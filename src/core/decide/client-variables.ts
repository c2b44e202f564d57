/** The variables that tell a program where tunnels are: P2P_DB_HOST, P2P_DB_PORT, P2P_DB_URL. Pure. */
import { P2pError } from '../errors.ts'

/** Where a client connects to a tunnel. Without a local port: both null. */
export interface ClientAddress {
  name: string
  host: string | null
  port: number | null
  url: string | null
}

/** `prefix`: P2P_DB_ of the tunnel db. */
export function variablesOf({ host, port, url }: ClientAddress, prefix: string): [string, string][] {
  const values = { HOST: host, PORT: port === null ? null : port.toString(), URL: url }
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[`${prefix}${key}`, value]]))
}

export function variablePrefix(name: string): string {
  return `P2P_${name.toUpperCase().replaceAll('-', '_')}_`
}

/** Whether p2p gives it to programs; such a variable is never one of its own settings. */
export function isClientVariable(name: string): boolean {
  return /^P2P_(?:[A-Z0-9_]+_)?(?:HOST|PORT|URL)$/.test(name)
}

/** @throws P2pError 'config.invalid' for two tunnels that would get the same variables. */
export function refuseSharedVariables(names: readonly string[]): void {
  const owners = new Map<string, string>()
  for (const name of names) {
    const prefix = variablePrefix(name)
    const other = owners.get(prefix)
    if (other !== undefined) {
      throw new P2pError('config.invalid', `${other} and ${name} would both be ${prefix}HOST and ${prefix}PORT`, {
        hint: 'rename one of them, or name only one on the command line',
      })
    }
    owners.set(prefix, name)
  }
}
