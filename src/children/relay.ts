#!/usr/bin/env node
// p2p's own TCP relay: listens on addresses and relays every connection to the target of its address. Logs single lines,
// never payload.
// Exits with the statuses of core/relay.ts: 143 and 130 after SIGTERM and SIGINT, which p2p reads as "stopped by a person".
import { renameSync, writeFileSync, writeSync } from 'node:fs'
import { relayExit, trafficVariable, type CarriedTraffic } from '../core/relay.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { readRelayOptions, usage, type RelayOptions } from '../relay/options.ts'
import { ListenRefusal, startRelay } from '../relay/relay.ts'
import { TrafficCounter } from '../relay/traffic-counter.ts'

const options = readRelayOptions(process.argv.slice(2))
if (typeof options === 'string') {
  say(options)
  say(usage)
  process.exitCode = relayExit.usage
} else {
  void run(options)
}

async function run(targets: RelayOptions[]): Promise<void> {
  // Only p2p asks for them: its tunnels have these variables (runtime/tunnel/launch.ts).
  const { P2P_ATTEMPT: attempt, [trafficVariable]: trafficFile } = process.env
  const counter = new TrafficCounter((counts) =>
    attempt === undefined || trafficFile === undefined ? true : publish(trafficFile, { attempt, ...counts }),
  )
  const carried = counter.carried.bind(counter)
  const relays = await Promise.all(targets.map((options) => startRelay(options, say, carried))).catch(leaveRefused)
  const leave = (status: number): void => {
    // A second signal exits at once.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.removeAllListeners(signal).once(signal, () => process.exit(status))
    }
    void Promise.all(relays.map((relay) => relay.stop())).then(() => process.exit(status))
  }
  process.once('SIGTERM', () => {
    leave(relayExit.terminated)
  })
  process.once('SIGINT', () => {
    leave(relayExit.interrupted)
  })
  for (const { endpoints, to } of relays)
    say(`listening on ${endpoints.map(formatEndpoint).join(' and ')}, to ${formatEndpoint(to)}`)
  // Only p2p waits for the answers.
  if (attempt !== undefined) await Promise.all(relays.map((relay) => relay.tryTarget()))
}

/** Exits: what listens already would keep the process alive. */
function leaveRefused(error: unknown): never {
  if (!(error instanceof ListenRefusal)) throw error
  say(error.message)
  process.exit(error.status)
}

/** A reader sees the old counts or the new ones. */
function publish(path: string, traffic: CarriedTraffic): boolean {
  try {
    writeFileSync(`${path}.tmp`, JSON.stringify(traffic), { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
    return true
  } catch {
    // A full disk, or `down --purge`, must not end the tunnel.
    return false
  }
}

/** Straight to the descriptor: on a full disk a stream would buffer in memory for ever. */
function say(line: string): void {
  try {
    writeSync(1, `relay: ${line}\n`)
  } catch {
    // A failed log write must not end the tunnel.
  }
}
