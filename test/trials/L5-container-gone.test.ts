import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile, startCommand } from '../support/process.ts'
import { isAlive, Rig } from '../support/rig.ts'

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0

/** A shell in a PID namespace of its own: the PID namespace of a container. */
function container(rig: Rig): { run: (script: string) => Promise<string>; end: () => Promise<void> } {
  const argv = ['-pf', '--kill-child', '--mount-proc', 'sh']
  const shell = startCommand('unshare', argv, { cwd: rig.project, env: rig.env, stdin: 'pipe' })
  shell.stdin?.write(`p2p() { '${process.execPath}' '${mainFile}' "$@" 2>&1; }\n`)
  let commands = 0
  const run = async (script: string): Promise<string> => {
    commands += 1
    const before = shell.stdout.length
    shell.stdin?.write(`${script}\necho ran ${commands}\n`)
    await shell.says(new RegExp(`ran ${commands}\n`))
    return shell.stdout.slice(before)
  }
  const end = async (): Promise<void> => {
    const namespace = (await run('readlink /proc/self/ns/pid')).split('\n')[0]
    const inside = rig.processes().filter((pid) => readlinkSync(`/proc/${pid}/ns/pid`) === namespace)
    shell.signal('SIGKILL')
    await rig.until('all of the container is gone', () => !inside.some(isAlive))
  }
  return { run, end }
}

const file = (restart: string): string => `tunnels:
  a: { command: [sleep, '1000'], restart: ${restart} }
  b: { command: [sleep, '1000'], restart: ${restart} }
`

/** Only the kernel's own PID namespace sees the processes of all others. */
test.runIf(canUnshare)('a container that is gone is over like a restart of the machine', async () => {
  const rig = new Rig()
  rig.write(file('always'))
  const gone = container(rig)
  await gone.run('p2p up')
  await gone.end()
  expect((await rig.ps()).map(({ state, code }) => [state, code])).toEqual([
    ['failed', 'run.killed'],
    ['failed', 'run.killed'],
  ])
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([0, expect.stringContaining('2 opened')])
})

test.runIf(canUnshare)('one that lives is left alone, even where no launcher lives', async () => {
  const rig = new Rig()
  rig.write(file('no'))
  const other = container(rig)
  await other.run(`p2p up; kill -KILL $(sed -n 's/^l //p' "$P2P_STATE_DIR"/projects/*/runs/*)`)
  const before = rig.processes()
  expect(before.length).toBe(4)
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['unknown', 'unknown'])
  for (const command of ['up', 'restart', 'down']) {
    const { status, stderr } = await rig.p2p(command)
    expect([status, stderr]).toEqual([1, expect.stringContaining('launched in another container')])
  }
  expect(rig.processes()).toEqual(before)
  await other.end()
  expect((await rig.p2p('down')).status).toBe(0)
})

test.runIf(canUnshare)('a lock that was held in a container that is gone is free', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"], stop: { grace: 60s } } }\n`)
  const gone = container(rig)
  await gone.run('p2p up; p2p down & until p2p ps --json | grep -q closing; do :; done')
  expect((await rig.p2p('--lock-timeout', '100ms', 'up')).status).toBe(5)
  await gone.end()
  expect((await rig.p2p('--lock-timeout', '100ms', 'up')).status).toBe(0)
})

test.runIf(canUnshare)('another container can not see that: the command that is shown there clears it', async () => {
  const rig = new Rig()
  rig.env['P2P_STATE_DIR'] = `${rig.folder}/the state`
  rig.write(file('always'))
  const [gone, other] = [container(rig), container(rig)]
  await other.run('true')
  await gone.run('p2p up')
  await gone.end()
  const said = await other.run('p2p up; echo status $?')
  expect(said).toMatch(/launched in another container[^]*status 1/)
  const command = /that container is gone: (p2p down; rm -r .*)/.exec(said)?.[1] ?? 'none is shown'
  await other.run(command)
  expect(await other.run('p2p up; echo status $?')).toContain('status 0')
  await other.end()
})

test.runIf(canUnshare)('what was refused in a container never ran, so it is not unknown', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels: { a: { port: ${port}, command: [sleep, '1000'], restart: no } }\n`)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  const gone = container(rig)
  await gone.run('p2p up')
  await gone.end()
  expect(await rig.line('a')).toMatchObject({ state: 'failed', code: 'port.taken' })
})
