/** The package as programs see it: packed, installed, compiled against its types, and run. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { finished, start, startCommand } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const root = resolve(import.meta.dirname, '../..')

/** A folder with the packed package installed in it, as `npm install` lays it out. */
function install(rig: Rig): string {
  const folder = join(rig.folder, 'program')
  const inside = join(folder, 'node_modules/p2p-compose')
  mkdirSync(inside, { recursive: true })
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', rig.folder], {
    cwd: root,
    encoding: 'utf8',
  }).trim()
  execFileSync('tar', ['-xzf', join(rig.folder, packed), '-C', inside, '--strip-components=1'])
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}

function run(rig: Rig, folder: string, ...args: string[]): ReturnType<typeof finished> {
  return finished(start(args[0] ?? '', args.slice(1), { cwd: folder, env: rig.env }))
}

async function project(rig: Rig): Promise<void> {
  const port = await freePort()
  rig.write(`tunnels:
  web: { port: ${port}, tcp: { to: '127.0.0.1:1' }, environment: { A: secret-of-web }, labels: { at: secret-of-web } }
  broken: { command: [no-such-program], restart: "no" }\n`)
}

test('the example of docs/api.md compiles against the package, and runs', async () => {
  const rig = new Rig()
  await project(rig)
  const folder = install(rig)
  const example = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'docs/api.md'), 'utf8'))?.[1] ?? ''
  writeFileSync(join(folder, 'example.ts'), example)
  const options = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext']
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  expect(await run(rig, folder, tsc, ...options, ...types, 'example.ts')).toMatchObject({ status: 0, stdout: '' })
  const { status, stdout, stderr } = await run(rig, folder, join(folder, 'example.js'), rig.project)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^web 127\.0\.0\.1:\d+\nbroken failed: .*no-such-program.*\nnot healthy\nweb opened after \d+ ms\n/,
  )
  expect(stdout).toContain('tunnel.unknown tunnels: web, broken\n')
  expect((await rig.line('web')).state).toBe('closed')
})

test('it leaves its program as it was: umask, listeners, open descriptors; what it writes is private', async () => {
  const rig = new Rig()
  await project(rig)
  const folder = install(rig)
  writeFileSync(
    join(folder, 'program.mjs'),
    `import { openProject } from 'p2p-compose'
     import { fstatSync } from 'node:fs'
     process.umask(0o022)
     const listeners = () => process.eventNames().sort().join()
     const before = listeners()
     const project = await openProject({ cwd: process.argv[2] })
     await Promise.all([project.up({ names: ['web'] }), project.ps()])
     for await (const event of project.events({ follow: true })) break
     await project.down()
     const same = before === listeners() && process.umask() === 0o022 && fstatSync(9).isFile()
     console.log(JSON.stringify({ same, exitCode: process.exitCode ?? null }))`,
  )
  // Inherited without close-on-exec, as a service manager hands over its sockets.
  const line = `exec '${process.execPath}' program.mjs '${rig.project}' 9<program.mjs`
  const { stdout } = await finished(startCommand('/bin/sh', ['-c', line], { cwd: folder, env: rig.env }))
  expect(stdout).toBe('{"same":true,"exitCode":null}\n')
  const open = readdirSync(rig.env['P2P_STATE_DIR'] ?? '', { recursive: true, encoding: 'utf8' }).filter(
    (path) => (statSync(join(rig.env['P2P_STATE_DIR'] ?? '', path)).mode & 0o077) !== 0,
  )
  expect(open).toEqual([])
})

test('it can be required, and closes what the file no longer declares', async () => {
  const rig = new Rig()
  await project(rig)
  await rig.p2p('up', 'web')
  rig.write(`tunnels: { other: { port: ${await freePort()}, tcp: { to: '127.0.0.1:1' } } }\n`)
  const folder = install(rig)
  writeFileSync(
    join(folder, 'program.cjs'),
    `const { openProject } = require('p2p-compose')
     openProject({ cwd: process.argv[2] })
       .then(async (project) => [await project.down({ names: ['web'] }), await project.ps()])
       .then((all) => console.log(JSON.stringify(all.map((rows) => rows.map(({ name }) => name)))))`,
  )
  const { stdout, stderr } = await run(rig, folder, 'program.cjs', rig.project)
  expect([stdout, stderr]).toEqual(['[[],["other"]]\n', ''])
})

test('a call that is aborted rejects with the reason; what is wrong with the file comes as an error with its code', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { slow: { port: ${await freePort()}, command: [sleep, '100'], restart: "no" } }\n`)
  const folder = install(rig)
  writeFileSync(
    join(folder, 'program.mjs'),
    `import { openProject } from 'p2p-compose'
     const project = await openProject({ cwd: process.argv[2] })
     const reasons = []
     const noted = async (promise) => reasons.push(await promise.then(() => 'none', (error) => error.code ?? error.message))
     const stop = new AbortController()
     const up = noted(project.up({ signal: stop.signal }))
     for await (const event of project.events({ follow: true })) if (event.type === 'launched') break
     stop.abort(new Error('enough'))
     await up
     await noted(project.wait({ signal: AbortSignal.abort(new Error('at once')) }))
     await noted(openProject({ cwd: '/' }))
     await noted(project.up({ names: ['other'] }))
     console.log(reasons.join(), (await project.ps())[0].state)
     await project.down()`,
  )
  const { stdout, stderr } = await run(rig, folder, 'program.mjs', rig.project)
  expect([stdout, stderr]).toEqual(['enough,at once,config.missing,tunnel.unknown opening\n', ''])
})
