import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test('a supervisor that hangs is named by ps, why and doctor, and replaced by up', async () => {
  const rig = new Rig()
  rig.write(`tunnels:\n  web: { port: ${await freePort()}, tcp: { to: '127.0.0.1:9' }, restart: always }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const heartbeat = (): string => rig.files('state').find((path) => path.endsWith('/heartbeat')) ?? ''
  await rig.until('it beats', () => heartbeat() !== '')
  const hung = rig.supervisor()
  const tunnel = await rig.pid('web')
  // As if it had written this 45 s ago; it writes again every 10 s.
  const silent = (): void => {
    writeFileSync(heartbeat(), `${hung} ${process.hrtime.bigint() - 45_000_000_000n}`.padEnd(40))
  }
  for (const [words, says] of [
    [['ps'], `the supervisor (PID ${hung}) hangs: no sign of life for 4`],
    [['why', 'web'], `PID ${hung} hangs: no sign of life for 4`],
    [['doctor'], `the supervisor (PID ${hung}) hangs`],
  ] as const) {
    await rig.until(`${words[0]} says so`, async () => {
      silent()
      const { stdout, stderr } = await rig.look(...words)
      return `${stdout}${stderr}`.replaceAll(/\s+/g, ' ').includes(says)
    })
  }
  await rig.until('up replaces it', async () => {
    silent()
    await rig.p2p('up')
    return rig.supervisor() !== hung
  })
  expect(await rig.pid('web')).toBe(tunnel)
  expect((await rig.look('ps')).stderr).not.toContain('hangs')
})
