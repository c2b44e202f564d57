/**
 * Every command line of README and docs is run on the built program, with stand-ins for the programs around it. What would
 * change the machine, stays in the foreground, or has words to fill in is parsed against the command table, and listed here.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseLine } from '../../src/cli/parse.ts'
import { commands } from '../../src/cli/table.ts'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { commandLines, commandsIn, pages, textOf } from './markdown.ts'

/** Lines that are only parsed. */
const parsed = new Map<string, string>([
  ['npx p2p ps', 'in the clone, whose ports other tests may use'],
  ['npx p2p down', 'in the clone'],
  ['npm install && npx p2p up', 'in the clone'],
  ['p2p completion install', 'writes into folders of the shell'],
  ['p2p completion uninstall', 'removes from folders of the shell'],
  ['p2p top', 'needs a terminal'],
  ['p2p login', 'asks for a password'],
  ['p2p import', 'stands for the command, and reads nothing'],
  ['p2p up --attach', 'stays in the foreground'],
  ['p2p down --all-projects', 'is for every project of the user'],
])

/** Words to fill in. */
const placeholder = /\b(NAME|CMD|FILE)\b|\[/

const lines = [...new Set(pages.flatMap((page) => commandLines(textOf(page))))]

test('each line is one that p2p understands', () => {
  expect(lines.length).toBeGreaterThan(40)
  for (const line of lines) {
    const filled = line
      .replace(/\[?\bNAME(\.\.\.)?\]?/g, 'db')
      .replaceAll('CMD', 'true')
      .replaceAll('FILE', 'file')
    const found = commandsIn(filled)
    expect([line, found.length]).not.toEqual([line, 0])
    for (const words of found) expect(() => parseLine(words, commands, {}), line).not.toThrow()
  }
  for (const line of parsed.keys()) expect(lines).toContain(line)
})

test('each line does what a reader would see: it exits with 0', async () => {
  const rig = new Rig({ EDITOR: 'true', BROWSER: 'true', TERM: 'dumb' })
  const bin = join(rig.folder, 'bin')
  mkdirSync(bin)
  const standIn = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  standIn('p2p', `exec '${process.execPath}' '${mainFile}' "$@"`)
  for (const name of ['psql', 'pg_dump', 'curl', 'npm', 'redis-cli']) standIn(name, 'exit 0')
  rig.env['PATH'] = `${bin}:${rig.env['PATH'] ?? ''}`
  const home = rig.env['HOME'] ?? ''
  mkdirSync(join(home, 'my-project'))
  rig.write('#!/bin/sh\nexit 0\n', 'job.sh')
  chmodSync(join(rig.project, 'job.sh'), 0o755)
  const names = ['db', 'web', 'api', 'web-pi', 'pi1-ssh', 'pi1-web']
  const tunnels = await Promise.all(
    names.map(
      async (name) => `  ${name}: { port: ${await freePort()}, url: 'http://{host}:{port}/', ${driverOf(name)} }\n`,
    ),
  )
  const text = `defaults: { connectd: { program: connectd-sim } }\naccounts: { default: { user: u, password: p } }\ntunnels:\n${tunnels.join('')}`
  rig.write(text)
  await rig.p2p('export', 'connectd', '-o', join(home, 'connectd'))

  const failed: string[] = []
  for (const line of lines.filter((one) => !parsed.has(one) && !placeholder.test(one))) {
    const fresh = line.includes('p2p import') || line.includes('p2p init')
    if (fresh) rmSync(join(rig.project, 'p2p.yaml'))
    else execFileSync(process.execPath, [mainFile, 'up', '-q'], { cwd: rig.project, env: rig.env })
    const { status, stderr } = spawnSync('bash', ['-ec', line], { cwd: rig.project, env: rig.env, encoding: 'utf8' })
    if (status !== 0) failed.push(`${line}: ${status}, ${stderr}`)
    if (fresh) rig.write(text)
  }
  // Also the project that a line began in another folder.
  await rig.p2p('down', '--all-projects')
  expect(failed).toEqual([])
})

function driverOf(name: string): string {
  return name.includes('pi') ? 'connectd: { uid: 80:00:00:00:01:00:0A:C2 }' : "tcp: { to: '127.0.0.1:1' }"
}
