/** Hooks: what runs when something happens to a tunnel, with what, how often, and how it ends. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { Rig, isAlive, pidOf, read, until } from '../support/rig.ts'

/** A line for a shell, as p2p.yaml has it: its dollars are not for p2p. */
const sh = (line: string): string => JSON.stringify(['sh', '-c', line.replaceAll('$', '$$$$')])

/** Notes each run with its environment, then does what the rest says. */
const hook = (then = ''): string =>
  sh(`{ echo "$P2P_EVENT $P2P_TUNNEL: $P2P_REASON"; env | sed 's/^/  /'; } >> told; ${then}`)

/** Lines that the hooks of this project wrote, in order. */
const told = (rig: Rig): string[] =>
  read(join(rig.project, 'told'))
    .split('\n')
    .filter((line) => /^\w/.test(line))

const variables = (rig: Rig): string[] => read(join(rig.project, 'told')).split('\n')

const logOf = (rig: Rig, name: string): string =>
  read(rig.files('state').find((file) => file.endsWith(`/t/${name}/log`)) ?? '')

const failures = (rig: Rig): unknown[] =>
  rig.events().flatMap(({ type, hook: which, reason }) => (type === 'hook' ? [[which, reason]] : []))

test('each event runs its hook once, in the folder of the project, and up and down wait for it', async () => {
  const rig = new Rig({ SHELL_OF_UP: 'here', TOKEN: 'from the shell', PW: 's3cret-value' })
  rig.write('the file’s token', 'token')
  rig.write(`tunnels:
  db:
    command: [sleep, '1000']
    restart: "no"
    environment: { PLAIN: yes, TOKEN: { env: PW } }
    hooks: { open: ${hook('echo said by {name}; sleep 0.3; echo end >> told')}, closed: ${hook()} }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  expect(told(rig)).toEqual(['open db: ', 'end'])
  const seen = variables(rig)
  for (const known of [
    '  P2P_EVENT=open',
    '  P2P_TUNNEL=db',
    '  SHELL_OF_UP=here',
    '  PLAIN=yes',
    `  PWD=${rig.project}`,
  ])
    expect(seen).toContain(known)
  expect(seen.filter((line) => /^ {2}(TOKEN|PW)=|s3cret/.test(line))).toEqual([])
  expect(logOf(rig, 'db')).toContain('said by db')
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(told(rig)).toEqual(['open db: ', 'end', 'closed db: asked to close'])
  expect(variables(rig).filter((line) => line === '  SHELL_OF_UP=here')).toHaveLength(2)
  expect(failures(rig)).toEqual([])
})

test('one that ends by itself has failed, once, whoever records it', async () => {
  const rig = new Rig()
  const hooks = `hooks: { failed: ${hook()}, closed: ${hook()}, open: ${hook()} }`
  rig.write(`tunnels:
  never: { command: [sh, -c, 'echo no such luck >&2; exit 3'], restart: "no", ${hooks} }
  dies: { command: [sleep, '1000'], restart: "no", ${hooks} }
  killed: { command: [sleep, '1000'], restart: "no", ${hooks} }
`)
  expect((await rig.p2p('up')).status).toBe(1)
  process.kill(await rig.pid('dies'), 'SIGKILL')
  process.kill(await rig.pid('killed'), 'SIGTERM')
  await until('both are told', () => told(rig).length >= 5)
  await rig.p2p('down')
  expect(told(rig).sort()).toEqual([
    'closed killed: stopped by kill (TERM)',
    'failed dies: killed by signal KILL',
    expect.stringMatching(/^failed never: exited with status 3/),
    'open dies: ',
    'open killed: ',
  ])
})

test('a healthcheck that fails is told once', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:1 }
    restart: "no"
    ready: { listen: true }
    healthcheck: { command: [test, -e, ${join(rig.folder, 'well')}], interval: 50ms, retries: 2 }
    hooks: { unhealthy: ${hook()} }
`)
  rig.write('', '../well')
  expect((await rig.p2p('up')).status).toBe(0)
  renameSync(join(rig.folder, 'well'), join(rig.folder, 'ill'))
  await until('it is told', () => told(rig).length > 0)
  renameSync(join(rig.folder, 'ill'), join(rig.folder, 'well'))
  await rig.until('healthy again', () => rig.events().some(({ type, reason }) => type === 'health' && reason === null))
  expect(told(rig)).toEqual([
    expect.stringMatching(/^unhealthy web: no answer through the tunnel \(.*2 times in a row/),
  ])
})

test('a hook may call p2p, for what only looks and for what changes other tunnels', async () => {
  const rig = new Rig()
  const p2p = `'${process.execPath}' '${mainFile}'`
  const calls = sh(`${p2p} ps -q > seen; ${p2p} -q down other >> seen 2>&1; echo $? >> seen`)
  rig.write(`tunnels:
  other: { command: [sleep, '1000'], restart: "no" }
  db: { command: [sleep, '1000'], restart: "no", depends_on: [other], hooks: { open: ${calls}, timeout: 30s } }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  expect(read(join(rig.project, 'seen'))).toMatch(/^\d+\n\d+\n0\n$/)
  expect((await rig.line('other')).state).toBe('closed')
  expect((await rig.line('db')).state).toBe('open')
})

test('one that hangs is ended with all its children', async () => {
  const rig = new Rig()
  // Deaf to TERM, a child in its group and one that left it.
  const script = 'trap "" TERM; sleep 1000 & setsid sleep 1000 & echo $! >> pids; echo $$ >> pids; wait'
  rig.write(`tunnels:
  db: { command: [sleep, '1000'], restart: "no", hooks: { open: ${sh(script)}, timeout: 300ms } }
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(0)
  expect(up.stderr).toContain('open hook failed: took longer than 300ms')
  for (const pid of read(join(rig.project, 'pids')).trim().split('\n')) expect(isAlive(pidOf(Number(pid)))).toBe(false)
  expect(rig.processes().filter((pid) => read(`/proc/${pid}/environ`).includes('P2P_EVENT'))).toEqual([])
  expect(await rig.line('db')).toMatchObject({ state: 'open' })
})

test('what it leaves behind is ended at its timeout, but not the tunnels that it has opened', async () => {
  const rig = new Rig()
  const script = `'${process.execPath}' '${mainFile}' -q up more; sleep 1000 & echo left`
  rig.write(`tunnels:
  db: { command: [sleep, '1000'], restart: "no", hooks: { open: ${sh(script)}, timeout: 5s } }
  more: { command: [sleep, '1000'], restart: "no", profiles: [more] }
`)
  expect((await rig.p2p('up', 'db')).stderr).toContain('open hook failed: took longer than 5s')
  expect((await rig.line('more')).state).toBe('open')
  expect(rig.processes().filter((pid) => read(`/proc/${pid}/environ`).includes('P2P_EVENT'))).toEqual([])
})

test('one that fails, or is not there, is an event and nothing else', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  db: { command: [sleep, '1000'], restart: "no", hooks: { open: [sh, -c, 'exit 3'], closed: [./no-such-program] } }
`)
  const up = await rig.p2p('up')
  expect(up).toMatchObject({ status: 0, stdout: '' })
  expect(up.stderr).toContain('open hook failed: exit 3')
  const down = await rig.p2p('down')
  expect(down.status).toBe(0)
  expect(down.stderr).toContain('closed hook failed: not found: ./no-such-program')
  expect(failures(rig)).toEqual([
    ['open', 'exit 3'],
    ['closed', 'not found: ./no-such-program'],
  ])
  expect((await rig.look('events', '--json')).stdout).toContain('"hook":"open"')
})

test('with the folder of the project gone, down closes, and says what became of the hook', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { db: { command: [sleep, '1000'], working_dir: /, restart: "no", hooks: { closed: ['true'] } } }`)
  await rig.p2p('up')
  renameSync(rig.project, `${rig.project}-gone`)
  mkdirSync(join(rig.folder, 'elsewhere'))
  const down = await rig.p2pIn('../elsewhere', 'down', '--all-projects')
  expect(down.status).toBe(0)
  expect(down.stderr).toContain('closed hook failed: the folder')
  renameSync(`${rig.project}-gone`, rig.project)
})

test('its output is in the log, and never taken for words of the program', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels:
  db:
    port: ${port}
    command: [${process.execPath}, -e, "require('net').createServer().listen(${port}, '127.0.0.1')"]
    restart: "no"
    outcomes: [{ log: 'lost connection', means: final, say: it is lost }]
    hooks: { open: [sh, -c, 'printf "lost connection\\nno end"'], failed: ${sh('echo lost connection; echo $P2P_REASON')} }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  process.kill(await rig.pid('db'), 'SIGKILL')
  await until('the hook has spoken', () => /\[failed hook\] killed/.test(logOf(rig, 'db')))
  expect(await rig.line('db')).toMatchObject({ state: 'failed', reason: 'killed by signal KILL' })
  expect(logOf(rig, 'db')).toMatch(/\[open hook\] lost connection\n\[open hook\] no end\n/)
  expect((await rig.look('logs', 'db')).stdout).toContain('[open hook] lost connection')
  const { lastLines } = JSON.parse((await rig.look('why', 'db', '--json')).stdout) as { lastLines: string[] }
  expect(lastLines.join('\n')).not.toContain('lost')
})

test('a reason that quotes a secret is masked', async () => {
  const rig = new Rig({ PW: 's3cret-value' })
  rig.write(`tunnels:
  db:
    command: ${sh('echo "fatal: $PASSWORD refused"; exit 1')}
    environment: { PASSWORD: { env: PW } }
    restart: "no"
    outcomes: [{ log: 'fatal: (?<what>.*)', means: final, say: 'it said {what}' }]
    hooks: { failed: ${hook()} }
`)
  await rig.p2p('up')
  expect(told(rig)).toEqual(['failed db: it said *** refused'])
  expect(read(join(rig.project, 'told'))).not.toContain('s3cret')
})

test('a supervisor watches for hooks alone; hooks are no part of what is launched', async () => {
  const rig = new Rig()
  const file = (more: string): string => `tunnels: { db: { command: [sleep, '1000'], restart: "no"${more} } }`
  rig.write(file(''))
  const plain = (await rig.look('config', '--hash')).stdout
  await rig.p2p('up')
  expect((await rig.look('why', 'db')).stdout).toContain('none is needed for this tunnel')
  const pid = await rig.pid('db')
  rig.write(file(`, hooks: { failed: ${hook()} }`))
  expect((await rig.look('config', '--hash')).stdout).toBe(plain)
  await rig.p2p('up')
  expect(await rig.pid('db')).toBe(pid)
  expect(isAlive(rig.supervisor())).toBe(true)
  process.kill(pid, 'SIGKILL')
  await until('it is told', () => told(rig).length > 0)
  expect(told(rig)).toEqual(['failed db: killed by signal KILL'])
})

test('an argv replaces the one below it, everywhere', async () => {
  const rig = new Rig()
  rig.write(`defaults: { hooks: { open: [a, b], closed: [c, d], timeout: 1s } }
tunnels:
  base: { command: [sleep, '1'], hooks: { open: [e, f] } }
  open: { extends: base, hooks: { open: [g], failed: [h], closed: null } }
`)
  rig.write(
    'tunnels: { base: { hooks: { closed: [i] } }, open: { description: mine, hooks: { open: [j] } } }',
    'p2p.override.yaml',
  )
  const { tunnels } = JSON.parse((await rig.look('config', '--json')).stdout) as {
    tunnels: Record<string, { hooks: unknown; description?: string; command: string[] }>
  }
  expect(tunnels['base']?.hooks).toEqual({ open: ['e', 'f'], closed: ['i'], timeout: '1s' })
  expect(tunnels['open']).toMatchObject({ description: 'mine', command: ['sleep', '1'] })
  expect(tunnels['open']?.hooks).toEqual({ open: ['j'], failed: ['h'], timeout: '1s' })
})

test.each([
  ['hooks: { opened: [a] }', 'open'],
  ['hooks: { open: [] }', 'have at least one entry, the program'],
  ['hooks: { open: ./notify }', 'list'],
  ['hooks: { open: [a], timeout: 0s }', 'longer than 0s'],
  ['hooks: [a]', 'hooks'],
])('%s is refused', async (key, words) => {
  const rig = new Rig()
  rig.write(`tunnels: { db: { command: [sleep, '1'], ${key} } }`)
  const { status, stderr } = await rig.look('config', '-q')
  expect(status).toBe(4)
  expect(stderr).toContain(words)
})

test('marks of runs before do not pile up', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { db: { command: [sleep, '1000'], restart: "no", hooks: { open: ['true'], closed: ['true'] } } }`)
  for (const args of [['up'], ['restart'], ['restart'], ['down']]) await rig.p2p(...args)
  const folder = rig.files('state').find((file) => file.endsWith('/t/db/log')) ?? ''
  const marks = readdirSync(join(folder, '..')).filter((name) => name.startsWith('hook-'))
  expect(marks.map((name) => name.replace(/-[0-9a-f]{32}$/, '')).sort()).toEqual(['hook-opened', 'hook-stopped'])
  expect(readFileSync(folder, 'utf8')).not.toContain('hook]')
})
