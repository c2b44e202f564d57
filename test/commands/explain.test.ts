/** `p2p explain`: from anywhere, without a project. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

describe('p2p explain', () => {
  test.each([
    ['port', /^port {2}\(a tunnel\)\n\nLocal port[^]*Default: required where[^]*\n {2}port: 33000\n/],
    ['tunnels.db.port', /^port {2}\(a tunnel\)/],
    ['tunnels.db.ssh.forward[0].to', /^to {2}\(keys of an entry of forward\)/],
    ['tunnels.db', /^tunnels {2}/],
    ['connectd.uid', /^uid {2}\(keys of connectd\)/],
    ['accounts.work.user', /^user {2}\(an account\)/],
    ['defaults.restart', /^restart {2}\(a tunnel\)/],
    ['healthcheck.interval', /^interval {2}\(keys of healthcheck\)[^]*Default: 30s/],
    ['hooks', /Keys below it:\n\n {2}open +Run when/],
  ])('%s', async (key, said) => {
    expect(await new Rig().look('explain', key)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(said) as string,
    })
  })

  test('without a key lists the top, and a wrong one is guessed', async () => {
    const rig = new Rig()
    expect((await rig.look('explain')).stdout).toMatch(/^ {2}name +Name of the project\.\n[^]* {2}tunnels +/)
    const wrong = await rig.look('explain', 'tunnels.db.prot')
    expect(wrong).toMatchObject({ status: 2, stdout: '' })
    expect(wrong.stderr).toContain('did you mean port?')
  })

  test('every key of the schema has its words', async () => {
    const reference = readFileSync(new URL('../../schemas/REFERENCE.md', import.meta.url), 'utf8')
    const keys = [...new Set(reference.match(/(?<=^### `)[^`]+/gm))]
    expect(keys.length).toBeGreaterThan(50)
    for (const key of keys) {
      const { status, stdout } = await new Rig().look('explain', key)
      expect([status, stdout.includes('Value: '), stdout.includes('Default: ')], key).toEqual([0, true, true])
    }
  })
})
