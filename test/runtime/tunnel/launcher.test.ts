import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { launcherScript } from '../../../src/runtime/tunnel/launcher.ts'
import { parseRunFile } from '../../../src/runtime/state/run-file.ts'

const shells = ['dash', 'bash', 'bash --posix'].filter(
  (shell) => spawnSync(shell.split(' ')[0] ?? '', ['-c', 'exit 0']).status === 0,
)

test.each(shells)('%s records its PID, the program, and each way to end', async (shell) => {
  for (const [argv, status] of [
    [['sh', '-c', 'exit 7'], 7],
    [['true'], 0],
    [['no-such-program'], 127],
    [['/etc/passwd'], 126],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['sh', '-c', 'kill -TERM $$'], 143],
  ] as const) {
    const ran = await launch(shell, argv)
    expect(parseRunFile(ran.run, 0)).toMatchObject({ kind: 'run', status })
    expect(ran.exit).toBe(status)
    expect(ran.pidFile).toBe('')
  }
})

test.each(shells)('%s passes arguments, umask and an unmasked TERM on exactly', async (shell) => {
  const nasty = ['a b', "it's", '$HOME', '`id`', '*', '', '-n', '"', '\\', 'ü\n2']
  const ran = await launch(shell, [
    process.execPath,
    '-e',
    'console.log(JSON.stringify([process.argv.slice(1), process.umask()]))',
    '--',
    ...nasty,
  ])
  expect(JSON.parse(ran.log)).toEqual([nasty, 0o027])
})

test.each(shells)('%s is not misled by a hostile environment', async (shell) => {
  const hostile = {
    ENV: '/etc/passwd',
    BASH_ENV: '/etc/passwd',
    SHELLOPTS: 'errexit:nounset:xtrace:noglob',
    IFS: 'p2',
    PS4: '$(exit 3)',
    PATH: '',
    'BASH_FUNC_printf%%': '() { exit 9; }',
  }
  const ran = await launch(shell, [process.execPath, '-e', '0'], hostile)
  expect(parseRunFile(ran.run, 0)).toMatchObject({ kind: 'run', status: 0 })
})

test.each(shells)('%s never runs the program when the attempt is voided', async (shell) => {
  const ran = await launch(shell, ['sh', '-c', 'echo ran'], {}, true)
  expect(ran.exit).toBe(125)
  expect(ran.log).toBe('')
  expect(ran.run).toBe('')
})

interface Ran {
  run: string
  pidFile: string
  log: string
  exit: number | null
}

async function launch(
  shell: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  voided = false,
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-launcher-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const [run, pid, logPath] = [join(folder, 'run'), join(folder, 'pid'), join(folder, 'log')]
  if (voided) writeFileSync(run, '')
  const log = openSync(logPath, 'a')
  const [program = '', ...options] = shell.split(' ')
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim()
  const child = spawn(found, [...options, '-c', launcherScript, 'p2p-shim/test', run, pid, '0027', ...argv], {
    detached: true,
    stdio: ['ignore', log, 'ignore', log],
    env: { PATH: process.env['PATH'], ...env },
  })
  const exit = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  return { run: read(run), pidFile: read(pid), log: read(logPath), exit }
}
