import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test.runIf(process.platform === 'linux')(
  'no descriptor of the caller lives on in a tunnel, relay or supervisor',
  async () => {
    const rig = new Rig()
    const port = await freePort()
    rig.write(`tunnels:
  a: { command: [sleep, '1000'] }
  b: { command: [sleep, '1000'], depends_on: [a] }
  c: { port: ${port}, tcp: { to: '127.0.0.1:9' } }
`)
    const lock = join(rig.folder, 'lock')
    writeFileSync(lock, '')
    const script = `exec 9>'${lock}' 10>'${lock}' 99>'${lock}' 251>'${lock}'; '${process.execPath}' '${mainFile}' up`
    execFileSync('bash', ['-c', script], { cwd: rig.project, env: rig.env })
    const own = rig.processes()
    expect(own.length).toBe(8)
    for (const pid of own) {
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) =>
        execFileSync('readlink', [`/proc/${pid}/fd/${fd}`], { encoding: 'utf8' }).trim(),
      )
      expect(open).not.toContain(lock)
    }
    expect((await rig.p2p('down')).status).toBe(0)
  },
)
