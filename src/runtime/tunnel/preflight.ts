/** Finds what would keep a tunnel from running before it is launched, for a clear message. */
import { endpointsClash } from '../../core/text/endpoint.ts'
import { readExitMeaning } from '../../core/decide/exit-meaning.ts'
import type { Endpoint, LaunchSpec, Problem, TunnelSpec } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { holderOf, portTaken } from './port-holder.ts'
import { checkOwnFolder } from '../files/folders.ts'
import { openRegular } from '../files/read-file.ts'
import { keepEnvironment, type Inherited } from '../secrets/environment.ts'
import { keptSecrets } from '../secrets/private-files.ts'
import { makeFolder } from '../state/store.ts'
import type { World } from '../state/world.ts'
import { gonePath } from '../process/own-program.ts'
import { findProgram } from '../process/find-program.ts'
import type { Listener, Snapshot } from '../process/system/index.ts'
import { closeSync, connect, constants, createServer, statSync } from '../machine.ts'

/** Whether what a launch writes can be written; asked before anything is closed for it, too. @throws P2pError 'state.unusable' */
export function checkFiles(world: World, names: readonly string[], inherited: Inherited | null): void {
  const { store, system } = world
  if (names.length > 0 && inherited !== null) keepEnvironment(world, inherited)
  for (const name of names) {
    makeFolder(store.tunnelFolder(name))
    checkOwnFolder(store.tunnelFolder(name), system.uid)
    keptSecrets(world, name)
    // The launcher writes the first, and a shell follows links and waits at pipes.
    for (const path of [store.pidFileOf(name), store.logOf(name)]) {
      const descriptor = openRegular(path, constants.O_WRONLY)
      if (descriptor !== null) closeSync(descriptor)
    }
  }
}

/** Uses the driver's messages for status 127 and 126 if it has any: how to install connectd, for example. */
export function programProblem(spec: TunnelSpec, env: Readonly<Record<string, string>>): Problem | null {
  const { program, cwd } = spec.launch
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return {
      code: 'cwd.missing',
      reason: `its working directory ${cwd} does not exist`,
      hint: 'create it, or set working_dir',
      heals: false,
    }
  }
  const gone = typeof program === 'object' && 'entry' in program ? gonePath(program.entry) : null
  if (gone !== null) {
    const reason = `p2p itself failed to open it: ${gone} does not exist any more`
    return { code: 'p2p.fault', reason, hint: 'was p2p or Node updated or moved? then: p2p up', heals: true }
  }
  if (typeof program !== 'string') return null
  const look = findProgram(program, env, cwd)
  switch (look.kind) {
    case 'found':
      return null
    case 'missing':
      return driverMessage(spec, 127, `program ${program} was not found${program.includes('/') ? '' : ' on PATH'}`)
    case 'not-executable':
      return driverMessage(spec, 126, `program ${look.path} is not executable`)
    case 'folder': {
      const reason = `program ${look.path} is a folder`
      return { code: 'program.not-executable', reason, hint: 'name the program inside it', heals: false }
    }
    case 'no-interpreter': {
      const reason = `program ${look.path} is a script for ${look.interpreter}, which does not exist`
      const hint = `install it, or fix the first line of ${look.path}`
      return { code: 'program.missing', reason, hint, heals: false }
    }
    default:
      return unreachable(look)
  }
}

/** `reason`: for drivers without their own message. */
function driverMessage(spec: TunnelSpec, status: number, reason: string): Problem {
  const known = spec.outcomes.some(({ when }) => when.status === status && when.log === undefined)
  const words = readExitMeaning({ status, lastLines: [], ranMs: null, opened: false, rebooted: false }, spec)
  return { code: words.code, reason: known ? words.reason : reason, hint: words.hint, heals: false }
}

/** Another program on one of its addresses, as far as the socket table tells. */
export function portProblem(world: World | null, snapshot: Snapshot, spec: TunnelSpec): Problem | null {
  const obstacle = obstacles(snapshot, spec)[0]
  return obstacle === undefined ? null : inUse(world, snapshot, spec, obstacle)
}

/** As above, but tries to listen where the table can't tell: one on :: may leave IPv4 free. */
export async function confirmedPortProblem(
  world: World,
  snapshot: Snapshot,
  spec: TunnelSpec,
): Promise<Problem | null> {
  for (const obstacle of obstacles(snapshot, spec)) {
    const { socket, endpoint } = obstacle
    const isCertain = socket.host.includes(':') === endpoint.host.includes(':')
    if (isCertain || !(await canListen(endpoint))) return inUse(world, snapshot, spec, obstacle)
  }
  return null
}

interface Obstacle {
  endpoint: Endpoint
  socket: Listener
}

function obstacles(snapshot: Snapshot, { endpoints }: TunnelSpec): Obstacle[] {
  if (endpoints.length === 0) return []
  const sockets = snapshot.listeners(new Set(endpoints.map(({ port }) => port)))
  return endpoints.flatMap((endpoint) => {
    const socket = sockets.find((candidate) => endpointsClash(candidate, endpoint))
    return socket === undefined ? [] : [{ endpoint, socket }]
  })
}

function inUse(world: World | null, snapshot: Snapshot, spec: TunnelSpec, { endpoint, socket }: Obstacle): Problem {
  return portTaken(world, spec, endpoint.port, holderOf(world, snapshot, socket))
}

/** Whether the address is free: the kernel's table does not say whether a listener on `::` takes IPv4 too. */
export function canListen({ host, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen({ host, port, ipv6Only: host === '::' }, () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}

/** A line for its log: the program itself does not say that it reached no agent. Null: all sockets answer. */
export async function unansweredSocket(
  { sockets = {} }: LaunchSpec,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  for (const [variable, server] of Object.entries(sockets)) {
    const path = env[variable] ?? ''
    if (path !== '' && !(await answers(path))) return `p2p: no ${server} answers at ${path} (${variable})\n`
  }
  return null
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
