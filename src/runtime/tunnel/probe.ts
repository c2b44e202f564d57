/** Probes *through* a tunnel: they open a connection (or run a command) and so test the far end as well. */
import type { Environment } from '../../core/context.ts'
import type { Check, Endpoint, ReadyCondition, TunnelSpec } from '../../core/model.ts'
import { keptEnvironment } from '../secrets/environment.ts'
import type { World } from '../state/world.ts'
import { clearTimeout, connect, connectTls, performance, setTimeout, type Socket } from '../machine.ts'

export type Probe = Exclude<Check | ReadyCondition, { kind: 'listen' | 'log' | 'alive' }>

/** Where to probe: the tunnel's first address, and a command's folder and environment. */
export interface ProbePlace {
  endpoint: Endpoint | null
  cwd: string
  env: Environment
}

const bannerBytes = 4096

/** A probe command runs in the environment the tunnel was opened in (`environment`: which snapshot), in any process. */
export function probePlace(
  world: World,
  { endpoints, launch }: TunnelSpec,
  environment: string | undefined,
): ProbePlace {
  const kept = environment === undefined ? null : keptEnvironment(world, environment)
  return { endpoint: endpoints[0] ?? null, cwd: launch.cwd, env: kept?.variables ?? world.ctx.env }
}

/** Whether the far end answers as expected within `timeoutMs`. Never throws. */
export async function probe(question: Probe, place: ProbePlace, timeoutMs: number): Promise<boolean> {
  return (probes[question.kind] as Ask<Probe>)(question, place, timeoutMs)
}

type Ask<Question> = (question: Question, place: ProbePlace, timeoutMs: number) => Promise<boolean> | boolean

/** One row a kind. Without a port there is no way through the tunnel. */
const probes: { [Kind in Probe['kind']]: Ask<Extract<Probe, { kind: Kind }>> } = {
  banner: ({ pattern }, { endpoint }, timeoutMs) => {
    const greeting = new RegExp(pattern)
    return endpoint !== null && exchange(endpoint, null, (text) => greeting.test(text), timeoutMs)
  },
  http: ({ path }, { endpoint }, timeoutMs) => endpoint !== null && askHttp(endpoint, path, timeoutMs),
  tls: (_question, { endpoint }, timeoutMs) => endpoint !== null && shakeHands(endpoint, timeoutMs),
  command: ({ argv }, place, timeoutMs) => runCommand(argv, place, timeoutMs),
}

const pauseMs = 250

/** Repeats one question in the background until the answer is yes. */
export class Prober {
  answered = false
  failures = 0
  #busy = false
  #nextAt: number

  constructor(firstPauseMs = 0) {
    this.#nextAt = performance.now() + firstPauseMs
  }

  /** Asks unless one is running or the pause is not over; the result is there at a later poll. */
  ask(question: () => Promise<boolean>): void {
    if (this.answered || this.#busy || performance.now() < this.#nextAt) return
    this.#busy = true
    void question().then((answered) => {
      this.answered = answered
      if (!answered) this.failures += 1
      this.#busy = false
      this.#nextAt = performance.now() + pauseMs
    })
  }
}

/** Any status below 500 counts: 401 and 404 come from a live server, 502 from a proxy without one. */
async function askHttp(endpoint: Endpoint, path: string, timeoutMs: number): Promise<boolean> {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}:${endpoint.port}\r\nUser-Agent: p2p\r\nAccept: */*\r\nConnection: close\r\n\r\n`
  return exchange(endpoint, request, (text) => /^HTTP\/1\.[01] [1-4][0-9][0-9]\b/.test(text), timeoutMs)
}

/** Connects, sends `hello` if given, and resolves once the received text is `enough`, or can't be any more. */
function exchange(
  endpoint: Endpoint,
  hello: string | null,
  enough: (text: string) => boolean,
  timeoutMs: number,
): Promise<boolean> {
  let received = ''
  const socket = connect({ host: endpoint.host, port: endpoint.port })
  return answerOf(socket, timeoutMs, (finish) => {
    socket.once('connect', () => {
      if (hello !== null) socket.write(hello)
    })
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      if (enough(received)) finish(true)
      else if (received.length > bannerBytes) finish(false)
    })
  })
}

/** Whether a TLS handshake succeeds. The certificate is not verified: it says nothing about the tunnel. */
function shakeHands(endpoint: Endpoint, timeoutMs: number): Promise<boolean> {
  const socket = connectTls({ host: endpoint.host, port: endpoint.port, rejectUnauthorized: false })
  return answerOf(socket, timeoutMs, (finish) =>
    socket.once('secureConnect', () => {
      finish(true)
    }),
  )
}

/** What `listen` finishes with; false at an error, the end, or when time is up. */
function answerOf(
  socket: Socket,
  timeoutMs: number,
  listen: (finish: (answer: boolean) => void) => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (answer: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(finish, timeoutMs, false)
    listen(finish)
    for (const end of ['error', 'close'])
      socket.once(end, () => {
        finish(false)
      })
  })
}

async function runCommand(argv: readonly string[], { cwd, env }: ProbePlace, timeoutMs: number): Promise<boolean> {
  const { runHelper } = await import('../process/run-helper.ts')
  return (await runHelper({ argv, cwd, env, timeoutMs, capture: false })).kind === 'done'
}
