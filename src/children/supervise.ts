#!/usr/bin/env node
/** The supervisor of one project (launch-protocol.md 1.6). Its state is on disk, so it may be killed at any moment. */
import { writeSync } from 'node:fs'
import { supervise } from '../supervise/run.ts'

const [name, folder] = process.argv.slice(2)
if (name === undefined || folder === undefined) {
  process.stdout.write('supervise is started by p2p up, with the name and the folder of a project\n')
  process.exitCode = 2
} else {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop.abort(signal)
    })
  }
  // A running `apply` holds timers: its goal is on disk, the next supervisor continues.
  void supervise({ name, folder }, { env: process.env, interrupted: stop.signal }, say).then((status) =>
    process.exit(status),
  )
}

/** Standard output is the supervisor's own log. Straight to the descriptor: on a full disk a stream ends the process. */
function say(line: string): void {
  try {
    writeSync(1, `${new Date().toISOString()}  ${line}\n`)
  } catch {
    // A failed log write must not end the supervisor.
  }
}
