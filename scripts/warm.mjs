// Runs each daily command once on a project of its own, so that its code is kept before anybody waits for it (dist/code).
// Part of `npm install` in a clone; whatever goes wrong here, the first run of each command does the same.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')
const main = join(dist, 'main.js')
const daily = /daily-\w+\.pack/.exec(readFileSync(main, 'utf8'))?.[0] ?? ''
const code = join(dist, 'code')
const isKept = existsSync(code) && readdirSync(code).includes(`${daily}.down.${process.version}`)
if (!isKept) warm()

function warm() {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-warm-'))
  try {
    mkdirSync(join(folder, 'run'), { mode: 0o700 })
    // Ends by itself, should this script be killed.
    const one = "one: { command: [sleep, '60'], restart: 'no' }"
    const closed = "closed: { port: 1024, profiles: [other], tcp: { to: 'localhost:1' } }"
    writeFileSync(join(folder, 'p2p.yaml'), `name: warm\ntunnels: { ${one}, ${closed} }\n`)
    const env = {
      ...process.env,
      HOME: folder,
      P2P_STATE_DIR: join(folder, 'state'),
      P2P_RUNTIME_DIR: join(folder, 'run'),
    }
    const lines = ['up', 'up', 'ps', 'ps', 'ls', 'port closed', 'logs', 'wait', '__complete down ""', 'restart', 'down']
    for (const line of lines)
      spawnSync(process.execPath, [main, ...line.split(' ')], { cwd: folder, env, timeout: 20_000 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
