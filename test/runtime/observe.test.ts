import { appendFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { observe } from '../../src/runtime/observe.ts'
import type { Snapshot } from '../../src/runtime/system/index.ts'
import type { World } from '../../src/runtime/world.ts'
import { bench, tunnel } from './support.ts'

test('a launcher that writes its last line and ends while it is looked for has ended as it says', async () => {
  const lab = await bench()
  await lab.up([tunnel('web', ['sleep', '1000'])])
  const record = lab.world.store.readRecords().get('web')
  if (record === undefined) throw new Error('not on record')

  let looked = 0
  const ending: World = {
    ...lab.world,
    system: {
      ...lab.world.system,
      look: () =>
        withoutLauncher(lab.world.system.look(), record.pids.launcher, () => {
          // The hint of its PID is asked first, then the run file is read, then the PID that it names is asked.
          if (++looked === 2) appendFileSync(lab.world.store.runFile(record.attempt), 'x 11\n')
        }),
    },
  }
  expect(observe(ending).tunnels.get('web')?.process).toMatchObject({ kind: 'gone', status: 11 })
})

/** The system as it is once that process, and whatever it launched, is gone. `asked`: called when somebody looks for it. */
function withoutLauncher(snapshot: Snapshot, launcher: number | null, asked: () => void): Snapshot {
  return {
    process: (pid) => (pid === launcher ? null : snapshot.process(pid)),
    processes: () => [],
    hasArgument: (pid, argument) => {
      if (pid === launcher) asked()
      return pid !== launcher && snapshot.hasArgument(pid, argument)
    },
    ownerOf: (pid) => (pid === launcher ? null : snapshot.ownerOf(pid)),
    attemptOf: () => null,
    listeners: (ports) => snapshot.listeners(ports),
    listenersAt: (endpoints) => snapshot.listenersAt(endpoints),
    owns: (listener, pids) => snapshot.owns(listener, pids),
    holder: (listener) => snapshot.holder(listener),
  }
}
