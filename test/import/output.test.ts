import { Ajv2020 } from 'ajv/dist/2020.js'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ImportReport } from '../../src/import/report.ts'
import { emptyFolder, importWith } from './support.ts'

function oldFile(port = 33000, more = ''): string {
  return `autoconnect 1\nuser_id ann@example.com\nauth_pass Marker-pass-1\nproxy_local_port ${port}\nproxy_bind_address 127.0.0.1\nremote_address 80:00:00:00:01:00:0A:C2\n${more}`
}

function folderWith(files: Record<string, string>): string {
  const cwd = emptyFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  return cwd
}

const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8')
const mode = (cwd: string, name: string): string => (statSync(join(cwd, name)).mode & 0o777).toString(8)

describe('where the result goes', () => {
  test('printing writes nothing at all', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    const said = await importWith({ cwd }, { files: ['a.txt'] })
    expect(said.stdout).toContain('tunnels:\n  a:\n')
    expect(readdirSync(cwd)).toEqual(['a.txt'])
  })

  test('-o writes a new file, the secret to a .env of mode 0600 that git ignores', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml' })
    expect(said).toMatchObject({ status: 0, stdout: '' })
    expect(read(cwd, 'p2p.yaml')).toContain('password: { env: REMOTEIT_PASSWORD }')
    expect([read(cwd, '.env'), mode(cwd, '.env')]).toEqual(["REMOTEIT_PASSWORD='Marker-pass-1'\n", '600'])
    expect(read(cwd, '.gitignore')).toBe('.env\n')
  })

  test('an existing file is never overwritten, not even through a link that leads nowhere', async () => {
    const cwd = folderWith({ 'a.txt': oldFile(), 'p2p.yaml': 'mine\n' })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml' })
    expect(said.status).toBe(2)
    expect(said.stderr).toContain('try: p2p import --merge -o p2p.yaml adds to it')
    expect(read(cwd, 'p2p.yaml')).toBe('mine\n')
    symlinkSync('nowhere', join(cwd, 'link.yaml'))
    expect((await importWith({ cwd }, { files: ['a.txt'], output: 'link.yaml' })).status).toBe(2)
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false)
    expect(readdirSync(cwd).sort()).toEqual(['a.txt', 'link.yaml', 'p2p.yaml'])
  })

  test('a folder is named as one', async () => {
    const cwd = folderWith({ 'a.txt': oldFile(), 'lab/x': '' })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'lab' })
    expect(said.status).toBe(2)
    expect(said.stderr).toBe('p2p: lab is a folder\n     try: -o lab/p2p.yaml\n')
  })

  test('what stands in .env and .gitignore stays, and .env gets mode 0600', async () => {
    const cwd = folderWith({ 'a.txt': oldFile(), '.env': '# mine\nA="x y"', '.gitignore': 'dist' })
    chmodSync(join(cwd, '.env'), 0o644)
    await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml' })
    expect([read(cwd, '.env'), mode(cwd, '.env')]).toEqual([
      '# mine\nA="x y"\nREMOTEIT_PASSWORD=\'Marker-pass-1\'\n',
      '600',
    ])
    expect(read(cwd, '.gitignore')).toBe('dist\n.env\n')
  })

  test('a variable of the shell with another value is not relied upon', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    await importWith({ cwd, env: { REMOTEIT_PASSWORD: 'other' } }, { files: ['a.txt'], output: 'p2p.yaml' })
    expect(read(cwd, '.env')).toBe("REMOTEIT_PASSWORD_2='Marker-pass-1'\n")
  })

  test('--secrets file gives each a file of its own, mode 0600 in a folder of mode 0700', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml', secrets: 'file' })
    expect(read(cwd, 'p2p.yaml')).toContain('password: { file: ./.secrets/default.password }')
    expect([
      read(cwd, '.secrets/default.password'),
      mode(cwd, '.secrets/default.password'),
      mode(cwd, '.secrets'),
    ]).toEqual(['Marker-pass-1\n', '600', '700'])
    expect(read(cwd, '.gitignore')).toBe('.secrets/\n')
    const again = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml', secrets: 'file', merge: true })
    expect([again.status, readdirSync(join(cwd, '.secrets'))]).toEqual([0, ['default.password']])
  })

  test('--secrets keychain without a keychain says so and writes nothing', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml', secrets: 'keychain' })
    expect(said.status).toBe(6)
    expect(said.stderr).toContain('keychain')
    expect(readdirSync(cwd)).toEqual(['a.txt'])
  })

  test('--strict writes nothing where connectd would do something else', async () => {
    const cwd = folderWith({ 'a.txt': oldFile().replace('33000', '99999') })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml', strict: true })
    expect(said.status).toBe(4)
    expect(said.stderr).toContain('a.txt:4:18  warning: connectd takes this for port 34463')
    expect(readdirSync(cwd)).toEqual(['a.txt'])
  })

  test('--json tells what was written, and no secret', async () => {
    const cwd = folderWith({ 'a.txt': oldFile() })
    const said = await importWith({ cwd }, { files: ['a.txt'], output: 'p2p.yaml', json: true })
    const report = JSON.parse(said.stdout) as ImportReport
    expect(report).toMatchObject({
      output: 'p2p.yaml',
      document: null,
      written: ['.gitignore', '.env', 'p2p.yaml'],
      secrets: [{ account: 'default', kind: 'password', name: 'REMOTEIT_PASSWORD', stored: true }],
    })
  })
})

test('the report is what schemas/output.schema.json describes, with all its keys and no other', async () => {
  const cwd = folderWith({ 'old/a.txt': oldFile(99999, '# password x\n'), 'old/b': 'no setup\n' })
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/output.schema.json', import.meta.url), 'utf8'),
  ) as Schema
  const validate = new Ajv2020({ strictTypes: false }).compile(schema.$defs?.['import'] ?? {})
  for (const way of [{}, { output: 'p2p.yaml' }, { strict: true, output: 'other.yaml' }]) {
    const said = await importWith({ cwd }, { ...way, files: ['old'], json: true })
    const report: unknown = JSON.parse(said.stdout)
    expect(validate(report) ? null : validate.errors).toBeNull()
    expectKeys(report, schema.$defs?.['import'], 'report')
  }
})

interface Schema {
  $defs?: Record<string, Schema>
  properties?: Record<string, Schema>
  items?: Schema
}

function expectKeys(value: unknown, schema: Schema | undefined, where: string): void {
  if (Array.isArray(value)) for (const item of value) expectKeys(item, schema?.items, `${where}[]`)
  else if (typeof value === 'object' && value !== null && schema?.properties !== undefined) {
    expect(Object.keys(value).sort(), where).toEqual(Object.keys(schema.properties).sort())
    for (const [key, part] of Object.entries(value)) expectKeys(part, schema.properties[key], `${where}.${key}`)
  }
}

describe('what is handed over', () => {
  test('all files of a folder are looked at, those of folders in it are not, and what is no setup is skipped and named', async () => {
    const cwd = folderWith({
      'old/b.txt': oldFile(33001, ''),
      'old/a.txt': oldFile(33000).replace('C2', 'C3'),
      'old/README': 'The tunnels of the lab.\n',
      'old/more/c.txt': oldFile(33003),
    })
    const said = await importWith({ cwd }, { files: ['old'], json: true })
    const { files, tunnels } = JSON.parse(said.stdout) as ImportReport
    expect(said.status).toBe(0)
    expect(files.map(({ file, result }) => `${file} ${result}`)).toEqual([
      'old/README skipped',
      'old/a.txt imported',
      'old/b.txt imported',
    ])
    expect(tunnels.map(({ name, account }) => `${name} ${account}`)).toEqual(['a default', 'b default'])
  })

  test('a folder with nothing to import is no success', async () => {
    const cwd = folderWith({ 'old/README': 'nothing\n' })
    expect((await importWith({ cwd }, { files: ['old'] })).status).toBe(4)
  })

  test('one named file that can not be imported keeps the others from being written', async () => {
    const cwd = folderWith({ 'a.txt': oldFile(), 'b.txt': 'UID 80:00:00:00:01:00:0A:C2\n' })
    const said = await importWith({ cwd }, { files: ['a.txt', 'b.txt'], output: 'p2p.yaml' })
    expect(said.status).toBe(4)
    expect(existsSync(join(cwd, 'p2p.yaml'))).toBe(false)
  })

  test('standard input is a file without a name', async () => {
    const said = await importWith({ cwd: emptyFolder(), stdin: oldFile() }, { files: ['-'] })
    expect(said.stdout).toContain('# Made by p2p import from standard input\n')
    expect(said.stdout).toContain('\n  tunnel:\n')
  })

  test('a file that is not there, and no file at all, are said', async () => {
    const cwd = emptyFolder()
    expect(await importWith({ cwd }, { files: ['a.txt'] })).toMatchObject({ status: 4 })
    expect(await importWith({ cwd }, {})).toMatchObject({ status: 2 })
    expect(await importWith({ cwd }, { files: ['-', '-'] })).toMatchObject({ status: 2 })
  })

  test('names are made of file names, and made unique', async () => {
    const cwd = folderWith({
      'SSH-Pi.txt': oldFile(1001),
      'x/ssh_pi.conf': oldFile(1002),
      'y/SSH Pi.txt': oldFile(1003),
      'Büro (2).txt': oldFile(1004),
      '---.txt': oldFile(1005),
    })
    const files = ['SSH-Pi.txt', 'x/ssh_pi.conf', 'y/SSH Pi.txt', 'Büro (2).txt', './---.txt']
    const { tunnels } = JSON.parse((await importWith({ cwd }, { files, json: true })).stdout) as ImportReport
    expect(tunnels.map(({ name }) => name)).toEqual(['ssh-pi', 'ssh_pi', 'ssh-pi-2', 'buro-2', 'tunnel'])
  })

  test('accounts are shared where user and secret are the same, and only there', async () => {
    const cwd = folderWith({
      'a.txt': oldFile(1001),
      'b.txt': oldFile(1002).replace('Marker-pass-1', 'Marker-pass-2'),
      'c.txt': oldFile(1003).replace('ann@', 'Bob.B@'),
      'd.txt': oldFile(1004),
    })
    const said = await importWith(
      { cwd },
      { files: ['a.txt', 'b.txt', 'c.txt', 'd.txt'], output: 'p2p.yaml', json: true },
    )
    const { tunnels, accounts } = JSON.parse(said.stdout) as ImportReport
    expect(tunnels.map(({ name, account }) => `${name} ${account}`)).toEqual([
      'a default',
      'b ann',
      'c bob-b',
      'd default',
    ])
    expect(accounts.map(({ secret }) => secret)).toEqual([
      { env: 'REMOTEIT_PASSWORD' },
      { env: 'REMOTEIT_PASSWORD_ANN' },
      { env: 'REMOTEIT_PASSWORD_BOB_B' },
    ])
    expect(read(cwd, '.env').split('\n')).toHaveLength(4)
  })

  test('two files for one service on one port are one tunnel, two services on one port are two', async () => {
    const cwd = folderWith({ 'a.txt': oldFile(), 'b.txt': oldFile(), 'c.txt': oldFile().replace('C2', 'C3') })
    const said = await importWith({ cwd }, { files: ['a.txt', 'b.txt', 'c.txt'], json: true })
    const { tunnels, files } = JSON.parse(said.stdout) as ImportReport
    expect(tunnels.map(({ name, port }) => `${name} ${port}`)).toEqual(['a 33000', 'c auto'])
    expect(files[1]).toMatchObject({ result: 'imported', tunnels: ['a'] })
  })

  test('a script that names a provisioning file leads to it, once', async () => {
    const cwd = folderWith({ 'lab/start.sh': '#!/bin/sh\nconnectd -s -f SSH-Pi.txt &\n', 'lab/SSH-Pi.txt': oldFile() })
    for (const files of [['lab/start.sh'], ['lab/start.sh', 'lab/SSH-Pi.txt'], ['lab']]) {
      const { tunnels } = JSON.parse((await importWith({ cwd }, { files, json: true })).stdout) as ImportReport
      expect(tunnels.map(({ name }) => name)).toEqual(['ssh-pi'])
    }
  })

  test('a script whose file is gone says which', async () => {
    const cwd = folderWith({ 'start.sh': '#!/bin/sh\nconnectd -f SSH-Pi.txt\n' })
    const said = await importWith({ cwd }, { files: ['start.sh'] })
    expect(said.status).toBe(4)
    expect(said.stderr).toContain('start.sh:2:1  connectd would read a file here that does not exist: SSH-Pi.txt')
  })

  test('the program of a script is found from the new file', async () => {
    const line = 'connectd.x86_64 -c YW5u TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C2 T33000 2 127.0.0.1 12\n'
    const cwd = folderWith({ 'lab/start.sh': `./bin/${line}` })
    const said = await importWith({ cwd }, { files: ['lab/start.sh'] })
    expect(said.stdout).toContain('program: ./lab/bin/connectd.x86_64\n')
  })
})
