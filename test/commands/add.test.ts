/** `p2p add` and `p2p edit`, on the real binary. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { openTerminal } from '../support/terminal.ts'

const read = (rig: Rig): string => readFileSync(join(rig.project, 'p2p.yaml'), 'utf8')

describe('p2p add', () => {
  test('adds below the last tunnel, and leaves every other byte', async () => {
    const rig = new Rig()
    const before = `# mine\ntunnels:   # all of them\n  one: { port: 1234, tcp: { to: "a:1" } } # first\n\nx-more: 1\n`
    rig.write(before)
    const added = await rig.p2p('add', 'db', '--ssh', 'deploy@bastion:db.internal:5432', '--port', '15432')
    expect(added).toMatchObject({ status: 0, stdout: '' })
    expect(added.stderr).toBe(
      'added to p2p.yaml:\n  db:\n    port: 15432\n    ssh:\n      to: deploy@bastion\n      forward: "db.internal:5432"\n  next: p2p up db\n',
    )
    const lines = '  db:\n    port: 15432\n    ssh:\n      to: deploy@bastion\n      forward: "db.internal:5432"\n'
    expect(read(rig).replace(`\n${lines}`, '')).toBe(before)
    expect((await rig.p2p('config', '--names')).stdout).toBe('one\ndb\n')
  })

  test.each([
    [['--tcp', '[fd00::5]:6379'], 'tcp:\n      to: "[fd00::5]:6379"\n'],
    [['--connectd', '80:00:00:00:01:00:0A:C2'], null],
    [['--ssh', 'ssh://me@host:2222:[::1]:80'], 'to: "ssh://me@host:2222"\n      forward: "[::1]:80"\n'],
    [
      ['--', 'sh', '-c', 'echo $HOME {port}; exec sleep 9'],
      'port: auto\n    command: [sh, "-c", "echo $$HOME {port}; exec sleep 9"]\n',
    ],
    [['--', 'sleep', '9'], 'new:\n    command: [sleep, "9"]\n'],
  ])('p2p add new %j', async (way, written) => {
    const rig = new Rig()
    const { status, stderr } = await rig.p2p('add', 'new', ...way)
    if (written === null) {
      // An account is missing: said, and nothing written.
      expect([status, existsSync(join(rig.project, 'p2p.yaml'))]).toEqual([4, false])
      expect(stderr).toContain('account')
      return
    }
    expect([status, stderr]).toEqual([0, expect.stringContaining('added to p2p.yaml')])
    expect(read(rig)).toContain(written)
    expect((await rig.p2p('config', '-q')).status).toBe(0)
  })

  test('opens it where that is asked', async () => {
    const rig = new Rig()
    expect((await rig.p2p('add', 'r', '--tcp', '127.0.0.1:1', '--up')).status).toBe(0)
    expect((await rig.line('r')).state).toBe('open')
  })

  test.each([
    [['one', '--tcp', 'a:1'], 'declares one already'],
    [['two'], 'where should two lead?'],
    [['two', '--tcp', 'a:1', '--', 'x'], 'one tunnel leads one way'],
    [['two', '--tcp', 'a'], '--tcp takes host:port'],
    [['two', '--ssh', 'bastion:5432'], '--ssh takes user@host:db:5432'],
    [['two', '--tcp', 'a:1', '--port', '70000'], 'must be a port from 1 to 65535'],
    [[], 'which name'],
  ])('p2p add %j is refused, and nothing is written', async (words, said) => {
    const rig = new Rig()
    const before = 'tunnels: { one: { port: 1234, tcp: { to: "a:1" } } }\n'
    rig.write(before)
    const { status, stderr } = await rig.p2p('add', ...words)
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(read(rig)).toBe(before)
  })

  test.each([
    ['none.yaml', 4, 'none.yaml does not exist'],
    ['-', 2, 'standard input can not be added to'],
  ])('a file that can not be added to is told in its own words: %s', async (file, status, said) => {
    const run = await new Rig().p2p('-f', file, 'add', 'two', '--tcp', 'a:1')
    expect([run.status, run.stderr]).toEqual([status, expect.stringContaining(said)])
    expect(run.stderr).not.toContain('--merge')
  })

  test('what would not be valid is not written', async () => {
    const rig = new Rig()
    const before = 'tunnels: { one: { port: 1234, tcp: { to: "a:1" } } }\n'
    rig.write(before)
    expect((await rig.p2p('add', 'two', '--tcp', 'a:1', '--port', '1234')).status).toBe(4)
    const bad = await rig.p2p('add', 'Bad Name', '--tcp', 'a:1')
    expect([bad.status, bad.stderr]).toEqual([4, expect.stringMatching(/^p2p\.yaml:1:\d+ /)])
    expect(read(rig)).toBe(before)
  })
})

describe('p2p edit', () => {
  const file = (target: string): string =>
    `tunnels: { r: { port: auto, tcp: { to: "127.0.0.1:${target}" }, restart: no } }\n`

  /** EDITOR: replaces the file by the next of these. */
  function editor(rig: Rig, ...texts: string[]): void {
    for (const [index, text] of texts.entries()) writeFileSync(join(rig.folder, `text${index}`), text)
    const script = `n=$(ls ${rig.folder}/done* 2>/dev/null | wc -l); touch ${rig.folder}/done$n; cat ${rig.folder}/text$n >"$1"; :`
    writeFileSync(join(rig.folder, 'editor'), script)
    rig.env['EDITOR'] = `sh ${join(rig.folder, 'editor')}`
  }

  test('on a terminal: a broken file is edited again, then the plan is shown, and done when wanted', async () => {
    const rig = new Rig()
    rig.write(file('1'))
    await rig.p2p('up')
    const before = await rig.pid('r')
    editor(rig, 'tunnels: [', file('2'))
    const env = { ...rig.env, TERM: 'xterm-256color' }
    const screen = openTerminal(process.execPath, [mainFile, 'edit'], { columns: 100, rows: 30, env, cwd: rig.project })
    await screen.until((lines) => lines.some((line) => line.includes('edit it again? [Y/n]')))
    screen.type('\r')
    const shown = await screen.until((lines) => lines.some((line) => line.includes('do it? [y/N]')))
    expect(shown.join('\n')).toContain('target changed 127.0.0.1:1 -> 127.0.0.1:2')
    screen.type('y\r')
    expect(await screen.exited).toBe(0)
    expect(await rig.pid('r')).not.toBe(before)
  })

  test('without a terminal the plan is shown, and nothing is done', async () => {
    const rig = new Rig()
    rig.write(file('1'))
    editor(rig, file('2'))
    const { status, stdout, stderr } = await rig.p2p('edit')
    expect([status, stdout]).toEqual([0, expect.stringContaining('+ r')])
    expect(stderr).toContain('p2p up does it')
    expect((await rig.line('r')).state).toBe('closed')
  })

  test.each([
    ['false', 6, 'ended with status 1'],
    ['no-such-editor', 6, 'is not installed'],
    [':', 0, 'was not changed'],
  ])('an editor %s', async (command, status, said) => {
    const rig = new Rig({ EDITOR: command })
    rig.write(file('1'))
    expect(await rig.p2p('edit')).toMatchObject({ status, stderr: expect.stringContaining(said) as string })
    expect(read(rig)).toBe(file('1'))
  })
})
