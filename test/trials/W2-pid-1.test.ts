import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0

test.runIf(canUnshare)('p2p holds its lock as PID 1 of a container, too', () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a: { command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"], restart: no, stop: { grace: 30s } }
  b: { command: [sleep, '1000'], restart: no }
`)
  // The second command comes while PID 1 stops the tunnel, which ignores TERM until it is killed.
  const script = rig.write(
    `p2p() { '${process.execPath}' '${mainFile}' "$@"; }
p2p up a || exit 9
( until p2p ps --json | grep -q '"state": "closing"'; do :; done; p2p --lock-timeout 1s up b; echo "second $?"
  kill -KILL "$(cat "$P2P_STATE_DIR"/projects/*/t/a/pid)" ) &
exec '${process.execPath}' '${mainFile}' down a
`,
    'in.sh',
  )
  const { stdout, stderr } = spawnSync('unshare', ['-pf', '--mount-proc', 'sh', script], {
    cwd: rig.project,
    env: rig.env,
    encoding: 'utf8',
  })
  expect(stderr + stdout).toContain('second 5')
})
