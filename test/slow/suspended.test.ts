import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, read, until } from '../support/rig.ts'
import { serve } from '../support/streams.ts'

test('a supervisor that was suspended checks everything at once when it goes on', async () => {
  const rig = new Rig()
  let mute = false
  const far = await serve((socket) => {
    if (!mute) socket.write('220 ready\r\n')
  })
  rig.write(`tunnels:
  checked:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:${far} }
    healthcheck: { banner: ^220, interval: 1h, timeout: 300ms, retries: 1 }
    restart: no
  fails:
    command: [sh, -c, 'exit 1']
`)
  await rig.p2p('up')
  const due = await suspendBeforeATry(rig)
  mute = true
  // Time has to pass on the wall: that is what a sleep looks like to whoever wakes up.
  await until('it is late', () => Date.now() > due + 3500)
  expect(await rig.line('checked')).toMatchObject({ state: 'open' })

  process.kill(rig.supervisor(), 'SIGCONT')
  await rig.lineThat('checked', 'is found sick long before its next check', ({ state }) => state === 'unhealthy')
  await rig.lineThat('fails', 'was tried again', ({ restarts }) => Number(restarts) > 0)
  expect(read(rig.files('state').find((file) => file.endsWith('/t/@supervisor/log')) ?? '')).toContain(
    'checking everything',
  )
})

/** Stops the supervisor while it waits for the next try of `fails`; when that was due. */
async function suspendBeforeATry(rig: Rig): Promise<number> {
  for (;;) {
    const before = await rig.lineThat('fails', 'is going to be tried again', ({ state }) => state === 'retrying')
    process.kill(rig.supervisor(), 'SIGSTOP')
    const after = await rig.line('fails')
    if (after.state === 'retrying' && after['nextRetryAt'] === before['nextRetryAt'])
      return Date.parse(String(after['nextRetryAt']))
    process.kill(rig.supervisor(), 'SIGCONT')
  }
}
