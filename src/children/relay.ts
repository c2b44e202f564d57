#!/usr/bin/env node
/**
 * p2p's own TCP relay: listens on one address and carries every connection to another. Runs under p2p's launcher like any
 * tunnel program. Says what happens on its log in single lines and never anything of what it carries.
 *
 * Ends with the statuses of core/relay.ts: 143 and 130 after SIGTERM and SIGINT, which p2p reads as "stopped by a person".
 */
import { writeSync } from 'node:fs'
import { relayExit } from '../core/relay.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { readRelayOptions, usage, type RelayOptions } from '../relay/options.ts'
import { listenRefusal, startRelay } from '../relay/relay.ts'

const options = readRelayOptions(process.argv.slice(2))
if (typeof options === 'string') {
  say(options)
  say(usage)
  process.exitCode = relayExit.usage
} else {
  await run(options)
}

async function run(options: RelayOptions): Promise<void> {
  try {
    const relay = await startRelay(options, say)
    const leave = (status: number): void => {
      // A second signal does not wait for anybody.
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.removeAllListeners(signal).once(signal, () => process.exit(status))
      }
      void relay.stop().then(() => process.exit(status))
    }
    process.once('SIGTERM', () => {
      leave(relayExit.terminated)
    })
    process.once('SIGINT', () => {
      leave(relayExit.interrupted)
    })
    say(`listening on ${formatEndpoint(relay.endpoint)}, to ${formatEndpoint(options.to)}`)
  } catch (error) {
    const { reason, status } = listenRefusal(error)
    say(`cannot listen on ${formatEndpoint(options.listen)}: ${reason}`)
    process.exitCode = status
  }
}

/** Straight to the descriptor: a stream would keep what a full disk refuses in memory for ever. */
function say(line: string): void {
  try {
    writeSync(1, `relay: ${line}\n`)
  } catch {
    // A log that can't be written must not end the tunnel.
  }
}
