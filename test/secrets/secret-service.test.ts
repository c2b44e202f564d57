import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { canServeSecrets, giveBus, giveSecretService } from './secret-service.ts'

const password = 'Marker-ü"$\\`'

test.skipIf(!canServeSecrets)(
  'a real Secret Service gives back at up what login stored, and says so when it is locked or away',
  async () => {
    const rig = new Rig()
    rig.write(`accounts: { default: { user: you@example.com, password: { keychain: lab } } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    restart: no
`)
    const unanswered = /no keychain available in this session: the Secret Service is not running or is locked/
    await giveBus(rig)
    const refused = await rig.p2pWithInput(password, 'login')
    expect(refused.status).toBe(6)
    expect(refused.stderr).toMatch(unanswered)

    const service = await giveSecretService(rig)
    const missing = await rig.p2p('up')
    expect(missing.status).toBe(1)
    expect(missing.stderr).toContain('password of account default: the keychain has no entry lab')
    for (const stored of ['first', password]) expect((await rig.p2pWithInput(stored, 'login')).status).toBe(0)
    expect((await rig.p2p('up')).status).toBe(0)
    const file = rig.files('run').find((path) => path.endsWith('/connectd.conf'))
    expect(readFileSync(file ?? '', 'utf8')).toContain(`auth_pass ${password}\n`)
    for (const path of rig.files('state')) expect(readFileSync(path, 'utf8')).not.toContain('Marker')

    // What is open, and what is tried again, needs no keychain any more.
    service.lock()
    expect(await rig.line('pi')).toMatchObject({ state: 'open' })
    await rig.p2p('down')
    const locked = await rig.p2p('up')
    expect(locked.status).toBe(1)
    expect(locked.stderr).toMatch(unanswered)
    await service.stop()
    const away = await rig.p2p('up')
    expect(away.status).toBe(1)
    expect(away.stderr).toMatch(unanswered)
  },
)
