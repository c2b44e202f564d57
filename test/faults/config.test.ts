/** Files that were written to do harm, or by mistake: refused with words, at once, and what runs goes on. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { controls } from '../../src/core/text/control-characters.ts'
import { oneChildEach } from './support/invariant.ts'
import { tryEach, type Case, type World } from './support/world.ts'

const obeyed = new RegExp(controls.source, 'u')

/** Refused by what reads it, in words fit for a terminal; nothing that runs is touched. */
const refused =
  (write: (world: World) => void, saying: RegExp): Case[1] =>
  async (world) => {
    await world.open()
    const before = world.observe().map(({ pid }) => pid)
    const good = world.declared
    write(world)
    for (const command of ['up', 'config', 'ps']) {
      const { status, stdout, stderr } = await world.p2p(command)
      if (command !== 'ps') expect([command, status, stderr]).toEqual([command, 4, expect.stringMatching(saying)])
      expect([command, status === null || status === 70]).toEqual([command, false])
      expect(stdout + stderr).not.toMatch(obeyed)
    }
    expect(world.observe().map(({ pid }) => pid)).toEqual(before)
    world.declare(good)
    oneChildEach(world)
  }

const yaml =
  (text: string, file?: string) =>
  (world: World): void => {
    world.write(text, file)
  }

const tunnel = (name: string): string => `tunnels: { ${name}: { command: [sleep, '1000'] } }\n`

const bomb = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]\n`).join('')}`

const cases: Case[] = [
  ['two megabytes', refused(yaml(`# ${'x'.repeat(2_000_000)}\n${tunnel('a')}`), /larger than 1 MiB/)],
  ['twenty thousand brackets deep', refused(yaml(`tunnels: ${'['.repeat(20_000)}`), /p2p\.yaml/)],
  ['an alias bomb', refused(yaml(`${bomb}${tunnel('a')}`), /p2p\.yaml/)],
  ['a NUL byte', refused(yaml(tunnel('a').replace('1000', '10\0')), /control character/)],
  ['escape sequences in a name', refused(yaml(tunnel('"\\e]0;owned\\a"')), /p2p\.yaml/)],
  ['raw escape sequences', refused(yaml(tunnel('\x1b[2J')), /control character/)],
  [
    'bytes that are no UTF-8',
    refused((world) => {
      writeFileSync(join(world.project, 'p2p.yaml'), Buffer.from([0x74, 0xff, 0xfe, 0x0a]))
    }, /UTF-8/),
  ],
  ['a file that includes itself', refused(yaml(`include: [./p2p.yaml]\n${tunnel('a')}`), /include/)],
  [
    'two files that include each other',
    refused((world) => {
      world.write(`include: [./b.yaml]\n${tunnel('a')}`)
      world.write(`include: [./p2p.yaml]\n${tunnel('b')}`, 'b.yaml')
    }, /include/),
  ],
  [
    'tunnels that extend each other',
    refused(yaml('tunnels: { a: { extends: b }, b: { extends: a } }\n'), /extends|itself|circle|cycle/),
  ],
  [
    'tunnels that need each other',
    refused(
      yaml(
        "tunnels: { a: { command: [sleep, '1'], depends_on: [b] }, b: { command: [sleep, '1'], depends_on: [a] } }\n",
      ),
      /depends_on|each other|circle|cycle/,
    ),
  ],
  [
    'a variable that grows without end is held to 1 MiB',
    refused((world) => {
      const lines = Array.from({ length: 30 }, (_, n) => `V${n + 1}=\${V${n}}\${V${n}}`)
      world.write(`V0=${'x'.repeat(100)}\n${lines.join('\n')}\n`, '.env')
      world.write("tunnels: { a: { command: [echo, '${V30}'] } }\n")
    }, /1 MiB/),
  ],
  [
    'names that JavaScript knows are names like any other',
    async (world) => {
      world.declare(
        Object.fromEntries(['constructor', 'valueof'].map((name) => [name, { command: ['sleep', '1000'] }])),
      )
      await world.ok('up')
      oneChildEach(world)
    },
  ],
  [
    '__proto__ is no way into p2p',
    async (world) => {
      await world.open()
      const before = world.observe().map(({ pid }) => pid)
      const good = world.declared
      world.write(
        '{"tunnels":{"__proto__":{"command":["sh","-c","exit 9"]},"a":{"command":["sleep","1000"],"__proto__":{"restart":"no"}}}}',
      )
      expect([0, 4]).toContain((await world.p2p('config')).status)
      expect((await world.p2p('ps')).status).toBe(0)
      expect(world.observe().map(({ pid }) => pid)).toEqual(before)
      world.declare(good)
    },
  ],
]

tryEach('config', cases)
