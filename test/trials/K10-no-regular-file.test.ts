import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig, isAlive, read } from '../support/rig.ts'

const kinds = ['pipe', 'link', 'folder'] as const

function put(kind: (typeof kinds)[number], path: string): void {
  if (kind === 'pipe') expect(spawnSync('mkfifo', ['-m', '600', path]).status).toBe(0)
  else if (kind === 'folder') mkdirSync(path)
  else symlinkSync(`${path}.target`, path)
}

/** A command that must end by itself. */
function ends(rig: Rig, ...args: string[]): Promise<{ status: number | null; stderr: string }> {
  const command = rig.start(...args)
  const limit = setTimeout(() => {
    command.signal('SIGKILL')
  }, 30_000)
  return command.exit.then(({ status }) => {
    clearTimeout(limit)
    return { status, stderr: command.stderr }
  })
}

test('anything in place of a state file: no command hangs, and what it can not use it names', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const pid = await rig.pid('a')
  const files = rig.files('state').filter((file) => !/\.(?:reserve|spare)$|sup\./.test(file))
  expect(files.map((file) => basename(file))).toEqual(
    expect.arrayContaining(['state.json', 'pid', 'log', 'events.ndjson']),
  )
  for (const [index, file] of files.entries()) {
    const kind = kinds[index % 3] ?? 'pipe'
    renameSync(file, `${file}.aside`)
    put(kind, file)
    for (const args of [['ps'], ['logs'], ['why', 'a']]) {
      const { status, stderr } = await ends(rig, ...args)
      const what = [kind, basename(file), ...args]
      expect([...what, status === 0 || (status === 6 && stderr.includes(dirname(file)))]).toEqual([...what, true])
    }
    rmSync(file, { recursive: true })
    renameSync(`${file}.aside`, file)
  }
  expect(isAlive(pid)).toBe(true)
  expect((await ends(rig, 'down')).status).toBe(0)
}, 900_000)

test.each(['state.json', 'specs.json', 'desired.json', 'project.json', 'events.ndjson', 'lock', 'runs', 'log', 'pid'])(
  'a pipe in place of %s: up and down end, and start nothing twice',
  async (name) => {
    const rig = new Rig()
    rig.write(`tunnels: { a: { command: [sh, -c, 'echo x; exec sleep 1000'], restart: no } }\n`)
    expect((await rig.p2p('up')).status).toBe(0)
    const before = rig.processes()
    const file = rig.files('state').find((path) => basename(path).startsWith(name) || path.includes(`/${name}/`)) ?? ''
    rmSync(file)
    put('pipe', file)
    expect([0, 1, 6]).toContain((await ends(rig, 'up')).status)
    expect(rig.processes()).toEqual(before)
    const { status, stderr } = await ends(rig, 'down', '-t', '2s')
    if (status === 0) expect(rig.processes()).toEqual([])
    else expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining(dirname(file))])
    rmSync(file, { recursive: true, force: true })
    await ends(rig, 'down')
  },
)

test.each(kinds)(
  'a %s in place of the pid file or the log is refused with its path, and not followed',
  async (kind) => {
    const rig = new Rig()
    rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
    expect((await rig.p2p('up')).status).toBe(0)
    const folder = dirname(rig.files('state').find((path) => path.endsWith('/a/pid')) ?? '')
    for (const name of ['pid', 'log']) {
      const path = join(folder, name)
      expect((await rig.p2p('down')).status).toBe(0)
      mkdirSync(folder, { recursive: true })
      rmSync(path, { force: true })
      put(kind, path)
      if (kind === 'link') writeFileSync(`${path}.target`, 'mine')
      const { status, stderr } = await ends(rig, 'up')
      expect([status, stderr]).toEqual([6, expect.stringContaining(path)])
      if (kind === 'link') expect(readFileSync(`${path}.target`, 'utf8')).toBe('mine')
      rmSync(path, { recursive: true })
    }
    expect((await rig.p2p('up')).status).toBe(0)
  },
)

test('a link that takes the place of the pid file of a running tunnel is not followed at its end', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const file = rig.files('state').find((path) => path.endsWith('/a/pid')) ?? ''
  rmSync(file)
  writeFileSync(`${file}.target`, 'mine')
  symlinkSync(`${file}.target`, file)
  expect((await rig.p2p('down')).status).toBe(0)
  if (existsSync(`${file}.target`)) expect(read(`${file}.target`)).toBe('mine')
})

test.each(kinds)('a %s in place of what restart writes is found before anything is closed', async (kind) => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const before = rig.processes()
  const meant = /(\/a\/(pid|log)|\/env-[^/]*\.json)$/
  const paths = rig.files().filter((file) => meant.test(file))
  expect(paths.length).toBe(3)
  for (const path of [...paths, dirname(paths.find((file) => file.endsWith('/a/pid')) ?? '')]) {
    renameSync(path, `${path}.aside`)
    put(kind === 'folder' && path.endsWith('/a') ? 'pipe' : kind, path)
    const { status, stderr } = await ends(rig, 'restart')
    expect([status, stderr]).toEqual([6, expect.stringMatching(new RegExp(`${path} is .*\n.*try: rm (-r )?${path}\n`))])
    rmSync(path, { recursive: true })
    renameSync(`${path}.aside`, path)
    expect(rig.processes()).toEqual(before)
  }
})

test('a link in place of a folder of the state is not followed', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const runs = join(dirname(rig.files('state').find((file) => file.endsWith('/state.json')) ?? ''), 'runs')
  renameSync(runs, `${runs}.target`)
  symlinkSync(`${runs}.target`, runs)
  const { status, stderr } = await ends(rig, 'restart')
  expect([status, stderr]).toEqual([6, expect.stringContaining(`try: rm ${runs}`)])
  rmSync(runs)
  renameSync(`${runs}.target`, runs)
})
