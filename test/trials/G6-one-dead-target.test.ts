import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig, read } from '../support/rig.ts'
import { ask, echo, serve, serveHalfOpen } from '../support/streams.ts'

test.skipIf(sshdMissing !== null)(
  'one dead target of several makes ssh unhealthy, and does not reopen it',
  async () => {
    const sshd = await Sshd.start()
    onTestFinished(() => sshd.end())
    const rig = new Rig()
    const [first, second, dead] = [await freePort(), await freePort(), await freePort()]
    rig.write(`tunnels:
  both:
    ssh:
      to: bench
      config: ${sshd.config}
      forward:
        - { port: ${first}, to: 127.0.0.1:${dead} }
        - { port: ${second}, to: 127.0.0.1:${await serve(echo('well'))} }
    ready: { listen: true }
    healthcheck: { banner: ^220, interval: 100ms, timeout: 200ms, retries: 2 }
`)
    await rig.p2p('up')
    const { pid, reason, log } = await rig.lineThat('both', 'is unhealthy', ({ state }) => state === 'unhealthy')
    expect(reason).toBe(
      `no answer through 127.0.0.1:${first} (greeting ^220, 2 times in a row); its program says: connect failed: Connection refused`,
    )
    const why = await rig.look('why', 'both')
    expect(why.stdout).toContain('not reopened, because what fails lies behind its far end')
    expect(why.stdout).toContain('start that service')
    expect((await rig.look('events')).stdout).toContain('unhealthy: no answer through')
    // A person's up leaves it as well; another one of its connections may be in use.
    const again = await rig.p2p('up')
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('left as it is: no answer through')])
    expect(again.stderr).toContain('start that service')
    expect(again.stderr).toContain('p2p restart both replaces it')
    expect(again.stderr).not.toContain('not tried again')
    // Longer than the supervisor's patience: it would have reopened after a second.
    await rig.until('it was asked often', () => read(log).split('Connection refused').length > 6)
    expect(await rig.line('both')).toMatchObject({ pid, restarts: 0, state: 'unhealthy' })
    expect(await ask(second)).toBe('well: hello')

    await serveHalfOpen((socket) => socket.write('220 ready\r\n'), dead)
    expect(await rig.lineThat('both', 'is well', ({ state }) => state === 'open')).toMatchObject({ pid, restarts: 0 })
    expect((await rig.look('events')).stdout).toContain('healthy again')
    expect((await rig.look('why', 'both')).stdout).toContain(
      `through 127.0.0.1:${first}, not its other addresses, every`,
    )
  },
)
