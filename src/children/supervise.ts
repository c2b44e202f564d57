#!/usr/bin/env node
/**
 * The supervisor of one project: observe, decide, apply, in a loop (launch-protocol.md 1.6). Everything that matters is
 * on disk, so it may be killed at any moment. Arguments: the project's name and folder.
 */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { tryLock } from '../runtime/state/lock.ts'
import { openWorld, prepareForWriting } from '../runtime/state/world.ts'
import { Supervisor } from '../supervise/loop.ts'

const [name, folder] = process.argv.slice(2)
if (name === undefined || folder === undefined) {
  process.stdout.write('supervise is started by p2p up, with the name and the folder of a project\n')
  process.exitCode = 2
} else {
  await main(name, folder)
}

async function main(name: string, folder: string): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop.abort(signal)
    })
  }
  const world = await openWorld(contextOf(stop.signal), { name, folder }, 'the supervisor (p2p up)')
  prepareForWriting(world)
  const lock = tryLock({ folder: world.store.folder, prefix: 'sup', system: world.system, command: world.command })
  // Another one was quicker: one is enough.
  if (!('release' in lock)) return
  try {
    await new Supervisor(world, lock, say).run(stop.signal)
  } catch (error) {
    say(error instanceof P2pError ? error.message : 'ended by a mistake of its own')
    process.exitCode = 1
  } finally {
    lock.release()
  }
  // Applications still at work hold timers: what they were about to do is on disk, the next supervisor goes on.
  process.exit()
}

function contextOf(interrupted: AbortSignal): Context {
  const output = { write: say, isTTY: false, columns: null, colour: false }
  return {
    cwd: '/',
    env: process.env,
    stdin: { isTTY: false, readAll: () => Promise.resolve(new Uint8Array()) },
    stdout: output,
    stderr: output,
    now: Date.now,
    interrupted,
    masks: [],
    globals: {
      files: [],
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'quiet',
      quiet: true,
      // Commands hold the lock for moments; a longer wait is theirs to explain, here it only delays the next look.
      lockTimeoutMs: 60_000,
      debug: false,
    },
  }
}

/** Standard output is the supervisor's own log. */
function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()}  ${line}\n`)
}
