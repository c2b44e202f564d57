/** Runs one supervisor: takes the project's supervisor lock, watches until nothing is wanted, exits. */
import type { Context } from '../core/context.ts'
import { P2pError, systemRefusal } from '../core/errors.ts'
import { tryLock } from '../runtime/state/lock.ts'
import type { ProjectKey } from '../runtime/state/store.ts'
import { openWorld, prepareForWriting } from '../runtime/state/world.ts'
import { Supervisor } from './loop.ts'
import { timeOfDay } from '../runtime/machine.ts'

export async function supervise(
  key: ProjectKey,
  given: Pick<Context, 'env' | 'interrupted'>,
  say: (line: string) => void,
): Promise<number> {
  const world = await openWorld(contextOf(given, say), key, 'the supervisor (p2p up)')
  prepareForWriting(world)
  const lock = tryLock({ folder: world.store.folder, prefix: 'sup', system: world.system, command: world.command })
  // Another supervisor is already running.
  if (!('release' in lock)) return 0
  try {
    await new Supervisor(world, lock, say).run(given.interrupted)
    return 0
  } catch (error) {
    say((error instanceof P2pError ? error : systemRefusal(error))?.message ?? 'internal error')
    return 1
  } finally {
    lock.release()
  }
}

function contextOf(given: Pick<Context, 'env' | 'interrupted'>, say: (line: string) => void): Context {
  const output = { write: say, isTTY: false, columns: null, colour: false }
  return {
    cwd: '/',
    ...given,
    stdin: { isTTY: false, read: () => Promise.resolve(new Uint8Array()) },
    stdout: output,
    stderr: output,
    now: timeOfDay,
    masks: [],
    globals: {
      files: [],
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'quiet',
      quiet: true,
      // Commands hold the lock for moments; a longer wait only delays the next look.
      lockTimeoutMs: 60_000,
      debug: false,
    },
  }
}
