/** Deliberate mistakes in src, each of which the simulator must find: the protections that it is there to watch. */
import type { Edit } from './build.ts'

export interface Mistake extends Edit {
  what: string
  /** Words of the violation. */
  found: RegExp
  /** The seed that the search begins with: a rare one was found shortly behind it. */
  from?: number
}

export const mistakes: readonly Mistake[] = [
  {
    what: 'a void overwrites',
    file: 'src/runtime/state/store.ts',
    old: `openSync(this.runFile(nonce), 'wx', 0o600)`,
    text: `openSync(this.runFile(nonce), 'w', 0o600)`,
    found: /two programs|is on no record|still run|last up/,
  },
  {
    what: 'a lock is made by rename',
    file: 'src/runtime/state/lock.ts',
    old: 'linkSync(temp, mine)',
    text: 'renameSync(temp, mine)',
    found: /./,
    from: 2200,
  },
  {
    what: 'a recorded PID is a launcher',
    file: 'src/runtime/tunnel/attempt-processes.ts',
    old: 'const leader = marked.find((pid) => isLauncher(snapshot, pid, nonce)) ?? null',
    text: `const leader = marked.find((pid) => isLauncher(snapshot, pid, nonce)) ?? (run.kind === 'run' && own.pids.has(run.launcher) ? run.launcher : null)`,
    found: /sends (TERM|KILL) to|records do not know/,
  },
  {
    what: 'it is on record only once it has begun',
    file: 'src/runtime/tunnel/launch.ts',
    old: `  commit(world, prepared)
  for (const launch of prepared) {
    if (launch.problem === null) {
      await start(world, launch)
      // libuv forks on this thread: without a loop turn in between, a hundred launches block it.
      await loopTurn()
    }
  }
`,
    text: `  for (const launch of prepared) {
    if (launch.problem === null) {
      await start(world, launch)
      await loopTurn()
    }
  }
  commit(world, prepared)
`,
    found: /is on no record|two programs/,
  },
  {
    what: 'a supervisor that is about to start is launched again',
    file: 'src/runtime/tunnel/supervisor.ts',
    old: '!(await isStarting(world))',
    text: '(await Promise.resolve(true))',
    found: /supervisor.* is on no record/,
  },
  {
    what: 'what is blocked replaces the record of what another command has launched',
    file: 'src/runtime/tunnel/apply.ts',
    old: '    this.#applyNewerIntent(blocked, true)\n',
    text: '    this.#applyNewerIntent([], blocked.length > 0)\n',
    found: /is on no record/,
  },
  {
    what: 'an environment that was cut short is read',
    file: 'src/runtime/secrets/environment.ts',
    old: 'if (error instanceof SyntaxError) return null',
    text: '',
    found: /SyntaxError|internal error/,
  },
  {
    what: 'nobody looks again for what left the group meanwhile',
    file: 'src/runtime/tunnel/stop.ts',
    old: '      open = escapees(world, stops)\n',
    text: '      open = []\n',
    found: /escapee of .* (is on no record|still run)/,
  },
  {
    what: 'no KILL after the grace',
    file: 'src/runtime/tunnel/stop.ts',
    old: "      signalAll(world, stop, 'KILL')\n    }\n",
    text: '    }\n',
    found: /is said to survive/,
  },
  {
    what: 'a launcher that has not begun is not kept from it',
    file: 'src/runtime/tunnel/stop.ts',
    old: '  await settle(world, requests)\n',
    text: '',
    found: /is on no record|two programs|still run|never told to end/,
  },
  {
    what: 'whoever has the PID of the owner of a lock holds it',
    file: 'src/runtime/state/owner.ts',
    old: 'its !== undefined && its === owner.startTime',
    text: 'its !== undefined',
    found: /the last (up|down) failed/,
  },
]
