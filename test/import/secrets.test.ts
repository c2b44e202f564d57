import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ImportArgs } from '../../src/commands/import/types.ts'
import { emptyFolder, importWith } from './support.ts'

const uid = '80:00:00:00:01:00:0A:C2'
const password = 'pA55-Mârker/+=?'
const hash = 'a11ce000a11ce000a11ce000a11ce000a11ce000'
const token = 'tok3n-Marker%&x'
const stray = 'str4y-Marker!'
const secrets = [password, hash, token, stray]
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Every way in which an old setup may hold a secret, and every way to write it wrongly. */
const setups: Record<string, string> = {
  'password.txt': `autoconnect 1\nuser_id ann@example.com\nauth_pass ${password}\n# it was ${stray}, then ${password}\nproxy_local_port 1001\nremote_address ${uid}\n#auth_pass ${stray}\n`,
  'slips.txt': `autoconnect 1\nuser_id bob\nAuth_Pass ${password}\nauth_hash=${hash}\n\ttoken ${token}\n${stray}\nauth_pass "${password} ${stray}" # ${stray}\nproxy_local_port 1002\nremote_address ${uid}\nuid_write_cmd ${stray}\n`,
  'hash.txt': `autoconnect 1\nuser_id cas\nauth_hash ${hash}\nauth_pass ${password}\nproxy_local_port 1003\nremote_address ${uid}\n# ${password}`,
  'token.txt': `autoconnect 1\nuser_id dan\nauth_index 1\nauth_token ${token}\nsecret ${stray}\nproxy_local_port 1004 ${stray}\nremote_address ${uid}\n`,
  'line.txt': `connectd -s -c ${base64('eve')} ${base64(password)} ${uid} T1005 2 localhost 12 -s\n`,
  'broken.txt': `connectd -c \\\n ${base64('fay')} \\ # ${stray}\n ${base64(password)} \\  # ${base64(stray)}\n ${uid} \\\n T99999 9 127.0.0.1\n`,
  'script.sh': `#!/bin/sh\n# ${password}\npass='${password}'; other=${stray}\nconnectd -c $(echo gus | base64) "$(echo "$pass" | base64)" ${uid} 1007 2 ::1 $other\n`,
  'hash.sh': `#!/bin/sh\nconnectd -p ${base64('hal')} ${hash} ${uid} T1008 2 127.0.0.1 0.0.0.0 12 0 0 # ${stray}\n`,
  'token.sh': `connectd -p2 ${base64('ida')} 2 '${token}' ${uid} T1009 2 127.0.0.1 0.0.0.0 12 0 0\n`,
  'plain.sh': `connectd -c joe@example.com '${password}' ${uid} T1010 2 127.0.0.1 12\n`,
  'inline.sh': `connectd -s -e ${base64(`autoconnect 1\nuser_id kim\nauth_pass ${password}\nproxy_local_port 99999\nremote_address ${uid}\n# ${stray}`)}\n`,
  'script.ps1': `$pass = "${token}"\n$p = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($pass)) # ${stray}\nStart-Process connectd.exe -ArgumentList "-c ${base64('leo')} $p ${uid} T1011 2 localhost 12"\n`,
  'target.txt': `UID ${uid}\npassword ${hash}\n`,
  'nothing.txt': `autoconnect 1\nuser_id may\nauth_pass ${password}\n${stray} ${stray}\n`,
}

/** Raw, as base64 on its own and within a longer text, URL-encoded, in both cases of its escapes. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inner = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3)),
  )
  const url = encodeURIComponent(secret)
  return [secret, base64(secret), ...inner, url, url.toLowerCase()]
}

function expectNone(text: string, where: string): void {
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) expect(text.includes(spelling), `${where} shows ${spelling}`).toBe(false)
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
}

const ways: Partial<ImportArgs>[] = [
  {},
  { json: true },
  { strict: true },
  { output: 'p2p.yaml' },
  { output: 'p2p.yaml', json: true },
  { output: 'p2p.yaml', secrets: 'file' },
  { output: 'p2p.yaml', secrets: 'keychain' },
]

describe('no secret is shown,', () => {
  test.each(Object.keys(setups))('whatever becomes of %s', async (name) => {
    for (const way of ways) {
      const cwd = emptyFolder()
      mkdirSync(join(cwd, 'old'))
      writeFileSync(join(cwd, 'old', name), setups[name] ?? '')
      const said = await importWith({ cwd }, { ...way, files: [join('old', name)] })
      expectNone(said.stdout, 'stdout')
      expectNone(said.stderr, 'stderr')
      for (const file of filesBelow(cwd)) {
        const text = readFileSync(join(cwd, file), 'utf8')
        const mayHoldIt = file === '.env' || file.startsWith('.secrets/') || file.startsWith('old/')
        if (!mayHoldIt) expectNone(text, file)
        if (file === '.env' || file.startsWith('.secrets/')) expect(statSync(join(cwd, file)).mode & 0o777).toBe(0o600)
      }
    }
  })

  test('not even that of one file in the comments of another', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'a.txt'), setups['password.txt'] ?? '')
    writeFileSync(
      join(cwd, 'b.txt'),
      `# ann uses ${password}\nautoconnect 1\nuser_id bob\nproxy_local_port 1\nremote_address ${uid}\n`,
    )
    const said = await importWith({ cwd }, { files: ['b.txt', 'a.txt'] })
    expect(said.status).toBe(0)
    expectNone(said.stdout, 'stdout')
    expect(said.stderr).toContain('not copied, since they may hold secrets: comments at b.txt:1')
  })

  test('not even a plain word that a comment happens to hold', async () => {
    const cwd = emptyFolder()
    const text = `# ann: swordfish\n# ann: sword\nautoconnect 1\nuser_id ann\nauth_pass swordfish\nproxy_local_port 1\nremote_address ${uid}\n`
    writeFileSync(join(cwd, 'a.txt'), text)
    const said = await importWith({ cwd }, { files: ['a.txt'] })
    expect(said.stdout + said.stderr).not.toContain('swordfish')
    expect(said.stdout).toContain('# ann: sword\n')
  })

  test('and these setups really hold them', async () => {
    const cwd = emptyFolder()
    for (const [name, text] of Object.entries(setups)) writeFileSync(join(cwd, name), text)
    const files = Object.keys(setups).filter((name) => !['target.txt', 'nothing.txt'].includes(name))
    const said = await importWith({ cwd }, { files, output: 'p2p.yaml' })
    expect(said.status, said.stderr).toBe(0)
    const env = readFileSync(join(cwd, '.env'), 'utf8')
    for (const secret of [password, hash, token]) expect(env).toContain(secret)
  })
})
