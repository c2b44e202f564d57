#!/usr/bin/env node
// p2p's own TCP relay: listens on addresses and relays every connection to the target of its address. Logs single lines,
// never payload.
// Exits with the statuses of core/relay.ts: 143 and 130 after SIGTERM and SIGINT, which p2p reads as "stopped by a person".
import { writeSync } from 'node:fs'
import { relayExit } from '../core/relay.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { readRelayOptions, usage, type RelayOptions } from '../relay/options.ts'
import { ListenRefusal, startRelay } from '../relay/relay.ts'

const options = readRelayOptions(process.argv.slice(2))
if (typeof options === 'string') {
  say(options)
  say(usage)
  process.exitCode = relayExit.usage
} else {
  void run(options)
}

async function run(targets: RelayOptions[]): Promise<void> {
  const relays = await Promise.all(targets.map((options) => startRelay(options, say))).catch(leaveRefused)
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
  // Only p2p waits for the answers, and its tunnels have this variable (runtime/process/nonce.ts).
  if (process.env['P2P_ATTEMPT'] !== undefined) await Promise.all(relays.map((relay) => relay.tryTarget()))
}

/** Exits: what listens already would keep the process alive. */
function leaveRefused(error: unknown): never {
  if (!(error instanceof ListenRefusal)) throw error
  say(error.message)
  process.exit(error.status)
}

/** Straight to the descriptor: on a full disk a stream would buffer in memory for ever. */
function say(line: string): void {
  try {
    writeSync(1, `relay: ${line}\n`)
  } catch {
    // A failed log write must not end the tunnel.
  }
}
