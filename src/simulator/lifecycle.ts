// A connectd run after its settings are read.
//
//   boot ──> waiting for IP ──> login ──> connecting ──> up
//                  │ (no-ip)      │ console and target stay here
//                  v              v
//              wait state    logged in
//
// Any state may end by a fault, a signal, a lifetime or the console's q. The first one wins.
import { createSocket } from 'node:dgram'
import { setTimeout as later } from 'node:timers/promises'
import { isDottedQuad } from '../connectd/values.ts'
import type { ExitName } from '../connectd/exits.ts'
import type { Clock } from './clock.ts'
import { farEnd } from './far-end.ts'
import type { Faults } from './faults.ts'
import type { EnvOptions } from './env-options.ts'
import { sayStop, type SimulatedExit, type SimulatorOutput } from './output.ts'
import type { Random } from './random.ts'
import type { Session } from './session.ts'
import { openTraffic, type Traffic } from './traffic.ts'
import { counter, networkLines, places, settingLines } from './transcript.ts'

interface SimulatorDeps {
  out: SimulatorOutput
  clock: Clock
  options: EnvOptions
  faults: Faults
  random: Random
}

interface Lifecycle {
  ended: Promise<SimulatedExit>
  /** On SIGTERM or SIGINT; ends when connectd would. */
  terminate: (signal: number) => void
  quit: () => void
  traffic: () => { sent: number; received: number }
}

export function live(session: Session, { out, clock, options, faults, random }: SimulatorDeps): Lifecycle {
  let traffic: Traffic | null = null
  /** From SIGTERM or SIGINT to its end. */
  let stopMs = faults.has('slow-term') ? faults.ms('slow-term') : options.exitMs
  let stopping = false
  let end: (ending: SimulatedExit) => void = () => undefined
  const ended = new Promise<SimulatedExit>((resolve) => {
    end = resolve
  })

  function exit(name: ExitName, detail?: string): void {
    if (!stopping) end({ by: 'exit', exit: name, detail })
  }

  async function story(): Promise<void> {
    boot()
    if (faults.has('no-ip')) return waitForAddress()
    for (const line of networkLines(session, random)) out.say(line)
    if (!(await lookUpService())) return
    startStatus()
    if (!(await bindUdp())) return
    if (!(await login()) || session.kind !== 'initiator') return
    if (await connectToDevice()) await openTunnel()
  }

  function boot(): void {
    if (session.status) out.say(`!!status - pid=${process.pid}`)
    // Observed: a pipe or file gets these lines at once, and no other before the login or the end.
    out.flush()
    for (const line of settingLines(session)) out.say(line)
    if (session.lifetimeMs !== null) liveFor(session.lifetimeMs)
    if (faults.has('lifetime')) liveFor(faults.ms('lifetime'))
    if (faults.has('segv')) {
      clock.after(faults.ms('segv'), () => {
        end({ by: 'caught crash' })
      })
    }
  }

  function liveFor(ms: number): void {
    const seconds = Math.floor(ms / 1000)
    const detail = `(cur=${seconds + 1}) idled out in grace (grace=0) period (over lifetime ${seconds})`
    clock.after(ms, () => {
      exit('lifetime', detail)
    })
  }

  /** False: never comes back. */
  async function lookUpService(): Promise<boolean> {
    if (isDottedQuad(session.server.host)) return true
    if (faults.has('segv-early')) {
      // After what else is due now: its handlers are in place.
      await clock.wait(0)
      end({ by: 'crash' })
      return false
    }
    if (faults.has('no-dns')) stopMs = 5000 + random.below(8000)
    return !faults.has('no-dns')
  }

  async function waitForAddress(): Promise<void> {
    stopMs = 4000 + random.below(4000)
    for (let i = 0; i < 5; i++) {
      out.say('waiting for IP...')
      await clock.wait(2000)
    }
    out.say('local IP address found 0.0.0.0 ')
    out.say('Connectd in Wait State.')
  }

  function startStatus(): void {
    if (!session.status) return
    let seconds = 1
    let before = { sent: 0, received: 0 }
    out.say('!!status 1 seconds since startup')
    out.say('!!throughput txBps=0 rxBps=0 pl=100000')
    clock.every(options.statusMs, () => {
      seconds += 1
      out.say(`!!status ${seconds} seconds since startup lc=${seconds - 1}`)
    })
    clock.every(options.throughputMs, () => {
      const now = carried()
      const rate = (bytes: number): number => Math.round((bytes * 1000) / options.throughputMs)
      out.say(
        `!!throughput txBps=${rate(now.sent - before.sent)} rxBps=${rate(now.received - before.received)} pl=100000`,
      )
      out.flush()
      before = now
    })
  }

  /** -c, -p and -p2 bind the UDP port with the number of the local port, if above 1024; files bind any. */
  async function bindUdp(): Promise<boolean> {
    const { from } = session.source
    const sameNumber = from !== 'file' && from !== 'inline' && session.port > 1024
    const port = sameNumber ? session.port : 49152 + random.below(16384)
    const bound = !faults.has('udp-taken') && (!sameNumber || (await clock.hold(takeUdp(port))))
    if (!bound) exit('udp-taken', String(port))
    else status(`bound to UDP port ${port}`)
    return bound
  }

  /** True once logged in. Initiators give up after 61 s, a target retries for ever (observed for 240 s). */
  async function login(): Promise<boolean> {
    const request = (): void => {
      const who = session.kind === 'target' ? session.device : session.user
      out.say(`${counter(Date.now())}> req auth remote.it id ${who}`)
      out.say('')
      out.flush()
    }
    request()
    const waits = [clock.every(2600, request)]
    if (session.kind !== 'target') {
      waits.push(
        clock.after(18_000, () => {
          status('Server Connection Retry')
          serverState(1)
          status(`Connected to server is ${places.server}`)
        }),
        clock.after(61_000, () => {
          exit('service-down', counter(Date.now()))
        }),
      )
    }
    if (faults.has('service-down') || session.server.spoiled) return false

    await clock.wait(jittered(options.loginMs))
    for (const cancel of waits) cancel()
    serverState(3)
    status(`Connected to server is ${places.server}`)
    if (faults.has('bad-user')) {
      exit('bad-user', '1')
    } else if (faults.has('auth') || !session.credentials) {
      if (session.status) out.say('!!status [011] : authentication error 1')
      exit('auth')
    } else if (faults.has('unknown')) {
      exit('unknown')
    } else {
      serverState(4)
      serverState(5)
      return true
    }
    return false
  }

  /** True once the device has answered; connectd makes six tries of 3 s. */
  async function connectToDevice(): Promise<boolean> {
    if (faults.has('session')) {
      exit('session')
      return false
    }
    let tries = 0
    const retries = clock.every(3000, () => {
      tries += 1
      out.say('timeout---Retry auto connect')
      if (tries === 6) exit('target-offline')
    })
    // An invalid UID has become zeros or ff:00:...: a device that does not exist.
    if (faults.has('target-offline') || !session.remote.valid) return false

    await clock.wait(jittered(options.connectMs) + faults.secondMs('flap'))
    retries()
    if (faults.has('peer-failed')) exit('peer-failed')
    return !faults.has('peer-failed')
  }

  async function openTunnel(): Promise<void> {
    if (!(await listen())) {
      out.say('proxy startup failed.')
      out.say(`Cannot Bind Port ${session.port}.`)
      exit('port-taken', String(session.port))
      return
    }
    for (let times = faults.has('double-started') ? 2 : 1; times > 0; times--) await announce()
    if (session.status) {
      const at = Math.floor(Date.now() / 1000)
      const id = random.hex(8).join('')
      out.say(
        `!!connected local=0 encryption=${session.encryption} session=${id} ip=${places.peer} at time ${at}  <${counter(Date.now())}>`,
      )
      out.flush()
    }
    for (const fault of ['peer-closed', 'flap', 'shutdown'] as const) {
      if (!faults.has(fault)) continue
      clock.after(faults.ms(fault), () => {
        exit(fault === 'shutdown' ? fault : 'peer-closed')
      })
    }
  }

  async function listen(): Promise<boolean> {
    if (faults.has('port-taken')) return false
    if (faults.has('started-not-listening')) return true
    const far = options.target === null ? farEnd(options.far, session.remote.written) : { to: options.target }
    const opening = openTraffic({ host: session.bind, port: session.port }, far)
    traffic = await clock.hold(opening.catch(() => null))
    return traffic !== null
  }

  async function announce(): Promise<void> {
    out.say(`Starting Proxy on port ${session.port} on index 1.`)
    out.flush()
    if (options.readyMs > 0) await clock.wait(options.readyMs)
    if (faults.has('partial-line')) {
      out.part('Proxy st')
      out.flush()
      // Two writes of one line: nothing may come between them.
      await clock.hold(later(faults.ms('partial-line') / options.speed))
      out.say('arted.')
    } else {
      out.say('Proxy started.')
    }
    out.flush()
  }

  function status(text: string): void {
    if (session.status) out.say(`!!status - ${text}`)
  }

  function serverState(state: number): void {
    const at = Math.floor(Date.now() / 1000)
    status(`server connection changed to state ${state}  - time ${at}  <${counter(Date.now())}>`)
  }

  function jittered(ms: number): number {
    return ms + (options.jitterMs > 0 ? random.below(options.jitterMs + 1) : 0)
  }

  function carried(): { sent: number; received: number } {
    return { sent: traffic?.sent() ?? 0, received: traffic?.received() ?? 0 }
  }

  // By then the caller has its signal handlers in place.
  clock.after(0, () => void story())
  return {
    ended,
    terminate(signal) {
      if (stopping) return
      stopping = true
      sayStop(signal, out)
      clock.after(stopMs, () => {
        end({ by: 'stop' })
      })
    },
    quit() {
      exit('quit')
    },
    traffic: carried,
  }
}

function takeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => {
      resolve(false)
    })
    socket.bind({ port, address: '0.0.0.0', exclusive: true }, () => {
      resolve(true)
    })
  })
}
