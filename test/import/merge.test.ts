import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyFolder, importWith, type Said } from './support.ts'

const uid = '80:00:00:00:01:00:0A:C2'
const old = `autoconnect 2
user_id ann@example.com
auth_pass Marker-pass-1
# the shell
proxy_local_port 33000
proxy_bind_address 127.0.0.1
remote_address ${uid}
# the end
`

async function mergedInto(text: string, env = ''): Promise<Said & { text: string; cwd: string }> {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'p2p.yaml'), text)
  if (env !== '') writeFileSync(join(cwd, '.env'), env)
  writeFileSync(join(cwd, 'SSH-Pi.txt'), old)
  const said = await importWith({ cwd }, { files: ['SSH-Pi.txt'], merge: true })
  return { ...said, text: readFileSync(join(cwd, 'p2p.yaml'), 'utf8'), cwd }
}

const block = `  ssh-pi:
    # the shell
    port: 33000
    bind: 127.0.0.1
    connectd:
      uid: ${uid}
    restart: on-failure
    # the end
`
const account = `accounts:
  default:
    user: ann@example.com
    password: { env: REMOTEIT_PASSWORD }
`
const db = '  db:\n    port: 15432   # local\n    tcp: { to: "10.0.0.5:5432" }\n'

describe('merging leaves every byte of the file as it was, and adds', () => {
  test('below the last tunnel, with the accounts above the tunnels', async () => {
    const { text, status } = await mergedInto(`# my lab\nname: lab\n\n# all of them\ntunnels:\n${db}`)
    expect(status).toBe(0)
    expect(text).toBe(`# my lab\nname: lab\n\n${account}\n# all of them\ntunnels:\n${db}\n${block}`)
  })

  test('above what follows the tunnels, below the comments of the last one', async () => {
    const { text } = await mergedInto(
      `tunnels:\n${db}    # of db\n\n  # cache:\n  #   port: 1\n\n# for later\nx-more: 1\naccounts: {}\n`,
    )
    expect(text).toBe(
      `tunnels:\n${db}    # of db\n\n  # cache:\n  #   port: 1\n\n${block}\n# for later\nx-more: 1\naccounts:\n${account.replace('accounts:\n', '')}`,
    )
  })

  test.each(['|+', '>2+', '|+2'])('below the blank lines of a text that keeps them: %s', async (header) => {
    const kept = `tunnels:\n  db:\n    tcp: { to: "10.0.0.5:5432" }\n    port: 1\n    description: ${header}\n      text\n\n\n`
    expect((await mergedInto(kept)).text).toBe(`${account}\n${kept}${block}`)
    expect((await mergedInto(`${kept}x-more: 1\n`)).text).toBe(`${account}\n${kept}${block}x-more: 1\n`)
  })

  test('without blank lines where the file has none between its tunnels', async () => {
    const two = `${db}  web: { port: 8080, tcp: { to: "10.0.0.6:80" } }\n`
    const { text } = await mergedInto(`tunnels:\n${two}`)
    expect(text).toBe(`${account}\ntunnels:\n${two}${block}`)
  })

  test('in the indentation of the file', async () => {
    const { text } = await mergedInto('tunnels:\n    db:\n        port: 15432\n        tcp: { to: "10.0.0.5:5432" }\n')
    expect(text).toContain(`\n\n    ssh-pi:\n      # the shell\n      port: 33000\n`)
  })

  test('into empty tunnels, written in any way', async () => {
    for (const empty of ['tunnels:\n', 'tunnels: {}\n', 'tunnels: null\n', 'tunnels: ~\n']) {
      expect((await mergedInto(empty)).text).toBe(`${account}\ntunnels:\n${block}`)
    }
    expect((await mergedInto('tunnels: {} # none yet\n')).text).toBe(`${account}\ntunnels: # none yet\n${block}`)
    expect((await mergedInto('tunnels:')).text).toBe(`${account}\ntunnels:\n${block}`)
  })

  test('into tunnels and accounts in flow style', async () => {
    const { text } = await mergedInto(
      'accounts: { work: { user: w, password: { env: W } } }\ntunnels: { db: { port: 1, tcp: { to: "a:1" } } }\n',
    )
    expect(text).toBe(
      'accounts: { default: { user: ann@example.com, password: { env: REMOTEIT_PASSWORD } }, work: { user: w, password: { env: W } } }\n' +
        '# the shell\n# the end\n' +
        `tunnels: { ssh-pi: { port: 33000, bind: 127.0.0.1, connectd: { uid: ${uid} }, restart: on-failure }, db: { port: 1, tcp: { to: "a:1" } } }\n`,
    )
    const whole = await mergedInto('{tunnels: {db: {port: 1, tcp: {to: "a:1"}}}}\n')
    expect(whole.status).toBe(0)
    expect(whole.text).toBe(
      '{ accounts: { default: { user: ann@example.com, password: { env: REMOTEIT_PASSWORD } } }, ' +
        `tunnels: { ssh-pi: { port: 33000, bind: 127.0.0.1, connectd: { uid: ${uid} }, restart: on-failure }, ` +
        'db: {port: 1, tcp: {to: "a:1"}}}}\n',
    )
  })

  test('line ends, byte order mark and a missing last line end included', async () => {
    const crlf = `tunnels:\n${db}`.replaceAll('\n', '\r\n')
    expect((await mergedInto(crlf)).text).toBe(`${account}\ntunnels:\n${db}\n${block}`.replaceAll('\n', '\r\n'))
    expect((await mergedInto(`\uFEFFtunnels:\n${db}`)).text).toBe(`\uFEFF${account}\ntunnels:\n${db}\n${block}`)
    expect((await mergedInto(`tunnels:\n${db.trimEnd()}`)).text).toBe(`${account}\ntunnels:\n${db}\n${block}`)
  })

  test('above the end mark of the document', async () => {
    const { text } = await mergedInto('---\nname: lab\n...\n')
    expect(text).toBe(`---\nname: lab\n\n${account}\ntunnels:\n${block}...\n`)
  })

  test('in full where defaults say something else', async () => {
    const { text } = await mergedInto(`defaults: { bind: 0.0.0.0, connectd: { encryption: none } }\ntunnels:\n${db}`)
    expect(text).toContain(`      uid: ${uid}\n      account: default\n      encryption: xxtea\n      max_depth: 12\n`)
  })
})

describe('merging fits in', () => {
  const withAccount = `accounts:\n  mine:\n    user: ann@example.com\n    password: { env: MINE }\ntunnels:\n${db}`

  test('an account with the same user and secret is shared', async () => {
    const { text } = await mergedInto(withAccount, 'MINE=Marker-pass-1\n')
    expect(text).toBe(`${withAccount}\n${block.replace('    restart', '      account: mine\n    restart')}`)
  })

  test('one with another secret is not, and keeps its variable', async () => {
    const { text, cwd } = await mergedInto(
      withAccount.replace('MINE', 'REMOTEIT_PASSWORD'),
      'REMOTEIT_PASSWORD=other\n',
    )
    expect(text).toContain('  default:\n    user: ann@example.com\n    password: { env: REMOTEIT_PASSWORD_2 }\n')
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(
      "REMOTEIT_PASSWORD=other\nREMOTEIT_PASSWORD_2='Marker-pass-1'\n",
    )
  })

  test('an account called default makes the new one bear the name of its user', async () => {
    const { text } = await mergedInto(withAccount.replace('mine:', 'default:').replace('ann@', 'bob@'))
    expect(text).toContain('  ann:\n    user: ann@example.com\n    password: { env: REMOTEIT_PASSWORD_ANN }\n')
    expect(text).toContain('      account: ann\n')
  })

  test('a variable that the file names and nobody has set is not taken over', async () => {
    const { text } = await mergedInto(withAccount.replace('MINE', 'REMOTEIT_PASSWORD'))
    expect(text).toContain('    password: { env: REMOTEIT_PASSWORD_2 }')
  })

  test('a tunnel of the same name gets a number', async () => {
    const { text } = await mergedInto(`tunnels:\n${db.replace('db:', 'ssh-pi:')}`)
    expect(text).toContain('\n  ssh-pi-2:\n')
  })

  test('a port that is declared already becomes auto, with a warning', async () => {
    const { text, stderr } = await mergedInto(`tunnels:\n${db.replace('15432', '33000')}`)
    expect(text).toContain('  ssh-pi:\n    # the shell\n    port: auto\n')
    expect(stderr).toContain('warning: 127.0.0.1:33000 is already the address of db; port: auto is written')
  })

  test('the same import twice changes nothing', async () => {
    const { text, cwd } = await mergedInto(`tunnels:\n${db}`)
    const env = readFileSync(join(cwd, '.env'), 'utf8')
    const again = await importWith({ cwd }, { files: ['SSH-Pi.txt'], merge: true })
    expect(again.status).toBe(0)
    expect(again.stderr).toContain('skipped a connection of SSH-Pi.txt: it is the tunnel ssh-pi already')
    expect(readFileSync(join(cwd, 'p2p.yaml'), 'utf8')).toBe(text)
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(env)
  })

  test.each([
    ['whose port another tunnel has', old, '33000'],
    ['without a port', old.replace('proxy_local_port', '#'), '15432'],
  ])('twice changes nothing for a connection %s, either', async (_what, text, taken) => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'p2p.yaml'), `tunnels:\n  web: { port: ${taken}, tcp: { to: "a:1" } }\n`)
    writeFileSync(join(cwd, 'SSH-Pi.txt'), text)
    const files = { files: ['SSH-Pi.txt'], merge: true }
    expect(await importWith({ cwd }, files)).toMatchObject({ status: 0 })
    const merged = readFileSync(join(cwd, 'p2p.yaml'), 'utf8')
    expect(merged).toContain('port: auto')
    expect((await importWith({ cwd }, files)).stderr).toContain('it is the tunnel ssh-pi already')
    expect(readFileSync(join(cwd, 'p2p.yaml'), 'utf8')).toBe(merged)
  })

  test('comments of an account stand once, in its block, also where the tunnels are in flow style', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'p2p.yaml'), 'tunnels: { db: { port: 1, tcp: { to: "a:1" } } }\n')
    writeFileSync(join(cwd, 'a.txt'), `# who\nuser_id ann@example.com\n${old.replace(/user_id.*\n/, '')}`)
    await importWith({ cwd }, { files: ['a.txt'], merge: true })
    const merged = readFileSync(join(cwd, 'p2p.yaml'), 'utf8')
    expect(merged.match(/# who/g)).toHaveLength(1)
    expect(merged).toContain('accounts:\n  # who\n  default:\n')
  })

  test('a file that is not valid is left alone, with its own mistakes', async () => {
    const { status, text, stderr } = await mergedInto('tunnels:\n  db: { port: nope, tcp: { to: "a:1" } }\n')
    expect(status).toBe(4)
    expect(stderr).toContain('tunnels.db.port must be a port')
    expect(text).toBe('tunnels:\n  db: { port: nope, tcp: { to: "a:1" } }\n')
  })

  test('tunnels that are an alias are left alone', async () => {
    const file = 'x-all: &all\n  db: { port: 1, tcp: { to: "a:1" } }\ntunnels: *all\n'
    const { status, text, stderr } = await mergedInto(file)
    expect(status).toBe(4)
    expect(stderr).toContain('nothing can be added to tunnels as it is written in this file')
    expect(text).toBe(file)
  })

  test('a file in a parent folder is found as p2p up finds it', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'p2p.yaml'), `tunnels:\n${db}`)
    mkdirSync(join(cwd, 'old'))
    writeFileSync(join(cwd, 'old', 'SSH-Pi.txt'), old)
    const said = await importWith({ cwd: join(cwd, 'old') }, { files: ['SSH-Pi.txt'], merge: true })
    expect(said.status).toBe(0)
    expect(readFileSync(join(cwd, 'p2p.yaml'), 'utf8')).toContain('  ssh-pi:\n')
  })
})
