import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finished, mainFile, startCommand } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const project = `accounts: { work: { user: a@example.com, password: { env: SECRET } } }
tunnels:
  web: { command: [sleep, '1000'], restart: no }
  web-pi: { command: [sleep, '1000'], restart: no, profiles: [more, most] }
  db: { command: [sleep, '1000'] }
`

/** The values that are offered, or everything with `about`. */
async function offered(rig: Rig, ...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await rig.look('__complete', ...words)
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/\t.*/, '')]))
}

test('names of tunnels that begin as the last word does, declared and recorded, with their states', async () => {
  const rig = new Rig()
  rig.write(project)
  expect(await rig.p2p('__complete', 'down', 'w')).toMatchObject({
    status: 0,
    stdout: 'web\tclosed\nweb-pi\tclosed\n',
    stderr: '',
  })
  await rig.p2p('up', 'db')
  expect((await rig.p2p('__complete', 'up', 'web', '')).stdout).toBe('web-pi\tclosed\ndb\topen\n')
  // What the file no longer declares can still be closed.
  rig.write(`tunnels: { web: { command: [sleep, '1000'], restart: no } }`)
  expect((await rig.p2p('__complete', 'down', '')).stdout).toBe('web\tclosed\ndb\topen\n')
  rig.write('tunnels: [')
  expect(await rig.p2p('__complete', 'down', '')).toMatchObject({ status: 0, stdout: 'db\topen\n', stderr: '' })
})

test('each place of a line is offered what can be there', async () => {
  const rig = new Rig()
  rig.write(project)
  rig.write(`tunnels: { other: { command: [sleep, '1000'], restart: no } }`, 'other.yaml')
  const places: [words: string[], offers: string[]][] = [
    [['st'], ['start', 'stop', 'status']],
    [
      ['up', '--pro'],
      ['--project-name', '--profile', '--progress'],
    ],
    [['up', '--dry-run', '--dr'], []],
    [['logs', '-f', '--fo'], []],
    [
      ['up', '--profile', ''],
      ['more', 'most'],
    ],
    [
      ['up', '--profile=more,mo'],
      ['--profile=more,more', '--profile=more,most'],
    ],
    [
      ['ps', '--format', ''],
      ['table', 'wide', 'json'],
    ],
    [['ps', '--format=w'], ['--format=wide']],
    [
      ['ps', '--status', 'un'],
      ['unhealthy', 'unknown'],
    ],
    [
      ['wait', '--for', ''],
      ['open', 'closed', 'healthy'],
    ],
    [['logs', '-fn', ''], ['all']],
    [['login', ''], ['work']],
    [['-f', ''], [':files']],
    [['import', '--output=x'], [':files']],
    [['export', '-o', ''], [':folders']],
    [['export', ''], ['connectd']],
    [['export', 'connectd', 'd'], ['db']],
    [['-f', 'other.yaml', 'up', ''], ['other']],
    [['up', '-f', 'other.yaml', ''], ['other']],
    [['why', 'web', ''], []],
    [['run', 'web', '--', ''], []],
    [['run', 'web', '--', 'ls', '--'], []],
    [['nonsense', ''], []],
    // As bash hands it over: split at `=`, and with quotes.
    [['--bash', 'up', '--profile', '=', 'mos'], ['most']],
    [
      ['--bash', 'up', '--profile', '='],
      ['more', 'most'],
    ],
    [['--bash', '-f', String.raw`"other".y\aml`, 'up', "'o"], ['other']],
  ]
  for (const [words, offers] of places) expect([words, await offered(rig, ...words)]).toEqual([words, offers])
})

test('whatever is wrong, it says nothing and succeeds', async () => {
  const rig = new Rig({ P2P_FIEL: 'x' })
  const silent = { status: 0, stdout: '', stderr: '' }
  expect(await rig.p2p('__complete', 'down', '')).toMatchObject(silent)
  rig.write('tunnels: [')
  for (const words of [
    ['down', ''],
    ['login', ''],
    ['up', '--profile', ''],
    ['--progress', 'x', 'up', ''],
    ['--lock-timeout=x', 'up', ''],
    ['-f', '-', 'up', ''],
    ['-f', 'no\nfile', 'up', ''],
    ['up', '--since', ''],
    [],
  ])
    expect([words, (await rig.p2p('__complete', ...words)).stderr]).toEqual([words, ''])
  rig.env['P2P_STATE_DIR'] = '/dev/null/x'
  expect(await rig.p2p('__complete', 'down', '')).toMatchObject(silent)
  mkdirSync(join(rig.project, 'gone'))
  const line = 'rmdir ../gone && exec "$0" "$1" __complete down ""'
  const ran = await finished(
    startCommand('sh', ['-c', line, process.execPath, mainFile], { cwd: join(rig.project, 'gone'), env: rig.env }),
  )
  expect(ran).toMatchObject(silent)
})
