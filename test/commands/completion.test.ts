/** `p2p completion`: the real shells on a real terminal. Nothing that came from a project, a file or a state is run. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { openTerminal, type Screen } from '../support/terminal.ts'

const shells: Record<string, { args: string[]; setUp: string }> = {
  bash: { args: ['--norc', '--noprofile'], setUp: 'source <(p2p completion bash)' },
  zsh: { args: ['-f'], setUp: 'autoload -Uz compinit; compinit -u -D; source <(p2p completion zsh)' },
  fish: { args: ['--no-config', '--private'], setUp: 'p2p completion fish | source' },
}
const here = Object.keys(shells).filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

/** `p2p` on PATH: the built one, or a script in its place that runs it for `completion` only. */
async function openShell(shell: string, rig: Rig, standIn?: string): Promise<Screen> {
  const programs = join(rig.folder, 'programs')
  mkdirSync(programs)
  if (standIn === undefined) symlinkSync(mainFile, join(programs, 'p2p'))
  else {
    writeFileSync(join(programs, 'p2p'), standIn.replace('REAL', mainFile))
    chmodSync(join(programs, 'p2p'), 0o755)
  }
  const { args, setUp } = shells[shell] ?? { args: [], setUp: '' }
  const env = { ...rig.env, TERM: 'xterm-256color', PS1: '> ', PATH: `${programs}:${rig.env['PATH'] ?? ''}` }
  const screen = openTerminal(shell, args, { columns: 100, rows: 30, env, cwd: rig.project })
  screen.type(`${setUp}; echo re''ady\r`)
  await screen.until((lines) => lines.some((line) => /^ready/.test(line)))
  return screen
}

describe.each(here)('%s', (shell) => {
  test('completes commands, names and files', async () => {
    const rig = new Rig()
    rig.write(`tunnels: { web-pi: { port: auto, tcp: { to: '127.0.0.1:1' } } }\n`)
    writeFileSync(join(rig.project, 'other.yaml'), '')
    const screen = await openShell(shell, rig)
    for (const [typed, whole] of [
      ['p2p resta', 'p2p restart '],
      ['web', 'web-pi '],
      ['--wait-t', '--wait-timeout'],
    ] as const) {
      screen.type(`${typed}\t`)
      await screen.until((lines) => lines.some((line) => `${line} `.includes(whole)))
    }
    screen.type('\u0015p2p -f oth\t')
    await screen.until((lines) => lines.some((line) => line.includes('p2p -f other.yaml')))
    screen.kill()
    await screen.exited
  })

  test('what p2p prints is neither run nor taken apart', async () => {
    const rig = new Rig()
    const hostile = '$(touch evil)`touch evil`;touch evil'
    const standIn = `#!/bin/sh
case "$1" in
  completion) exec REAL "$@" ;;
  __complete) printf '%s\\t%s\\n' 'web$(touch evil)\`touch evil\`;touch evil' '${hostile}: [x] \\033[31m' ;;
  *) printf '<%s>\\n' "$@" ;;
esac
`
    const screen = await openShell(shell, rig, standIn)
    screen.type('p2p up web\t')
    await screen.until((lines) => lines.some((line) => /up .*web.*evil/.test(line)))
    screen.type('\r')
    await screen.until((lines) => lines.some((line) => line.startsWith('<web$(touch evil)`touch evil`;touch evil>')))
    expect(readdirSync(rig.project)).toEqual([])
    screen.kill()
    await screen.exited
  })

  test('is silent in a broken project', async () => {
    const rig = new Rig()
    rig.write('tunnels: [')
    const screen = await openShell(shell, rig)
    screen.type("p2p up x\t\u0015echo af''ter\r")
    const lines = await screen.until((all) => all.some((line) => /^after/.test(line)))
    expect(lines.join('\n')).not.toMatch(/p2p\.yaml|rror/)
    screen.kill()
    await screen.exited
  })

  test('install writes one file of its own, and uninstall takes only that away', async () => {
    const rig = new Rig()
    const data = join(rig.folder, 'data')
    Object.assign(rig.env, { SHELL: `/usr/bin/${shell}`, XDG_DATA_HOME: data, XDG_CONFIG_HOME: data })
    const { status, stdout, stderr } = await rig.p2p('completion', 'install')
    const file = /^wrote (.*)$/m.exec(stderr)?.[1] ?? ''
    expect([status, stdout, file.startsWith(data)]).toEqual([0, '', true])
    expect(readFileSync(file, 'utf8')).toBe((await rig.p2p('completion', shell)).stdout)
    expect((await rig.p2p('completion', 'install', shell)).status).toBe(0)
    expect((await rig.p2p('completion', 'uninstall')).status).toBe(0)
    expect(existsSync(file)).toBe(false)

    writeFileSync(file, 'mine')
    for (const verb of ['install', 'uninstall']) expect((await rig.p2p('completion', verb)).status).toBe(2)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })
})

test.each([
  [[], 'completion for which shell'],
  [['fihs'], 'did you mean fish?'],
  [['bash', 'zsh'], 'unexpected zsh'],
  [['install', 'csh'], 'there is no completion for csh'],
])('p2p completion %j says what is wrong', async (words, said) => {
  const rig = new Rig()
  expect(await rig.p2p('completion', ...words)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining(said) as string,
  })
})
