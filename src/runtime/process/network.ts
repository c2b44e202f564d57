/** Finds out what keeps this machine off the network, for programs that cannot say so. Sends nothing but a name lookup. */
import { isIPv4 } from 'node:net'
import type { Environment } from '../../core/context.ts'
import type { Stage } from '../../core/model.ts'
import { createSocket, networkInterfaces, process } from '../machine.ts'

export type Missing = Pick<Stage, 'awaits' | 'hint'>

const lookupTimeoutMs = 3000

/** Why no program can reach `host` over IPv4; null: this machine sees no reason. */
export async function missingNetwork(host: string, env: Environment): Promise<Missing | null> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  if (!addresses.some(({ family, internal }) => family === 'IPv4' && !internal)) {
    return {
      awaits: 'a network address of this machine',
      hint: "it has no IPv4 address: check this machine's connection",
    }
  }
  if (!(await hasRoute(isIPv4(host) ? host : publicAddress))) {
    return { awaits: `a route to ${host}`, hint: 'this machine has none: check its gateway (default route)' }
  }
  if (isIPv4(host) || (await resolves(host, env))) return null
  const hint = 'the name does not resolve: check the DNS server (/etc/resolv.conf)'
  return { awaits: `the address of ${host}`, hint }
}

/** For documentation (RFC 5737): only the default route leads there. */
const publicAddress = '192.0.2.1'

/** To connect a UDP socket asks the system for a route, and sends nothing. */
function hasRoute(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const finish = (found: boolean) => (): void => {
      socket.close()
      resolve(found)
    }
    socket.once('connect', finish(true)).once('error', finish(false)).connect(9, address)
  })
}

/** In a process of its own: the system's lookup cannot be cancelled, and would keep this one from exiting. */
async function resolves(host: string, env: Environment): Promise<boolean> {
  const script = `require("dns").lookup(${JSON.stringify(host)}, 4, (error) => process.exit(error ? 1 : 0))`
  const argv = [process.execPath, '-e', script]
  const { runHelper } = await import('./run-helper.ts')
  const { kind } = await runHelper({ argv, cwd: '/', env, timeoutMs: lookupTimeoutMs, capture: false })
  // Where it could not even be asked, nothing is known.
  return kind === 'done' || kind === 'missing'
}
