/**
 * The pictures of the documentation are what the built program printed. Each is compared with what it prints today, but for
 * what differs in every run: PIDs, times, ports. `P2P_PICTURES=draw P2P_TESTS=slow npx vitest run test/docs/pictures` draws them again.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { finished } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { terminalSvg, textOfSvg } from './svg.ts'

const folder = resolve(import.meta.dirname, '../../docs/pictures')
const redraws = process.env['P2P_PICTURES'] === 'draw'

/** Declared as people would; each gets a free port of as many digits. */
const ports = [33000, 33001, 15432]

interface Picture {
  title: string
  /** What has happened before. */
  before?: (rig: Rig) => Promise<void>
  /** Shown behind a prompt, with what they print. */
  commands: string[]
}

const project = `name: bench
defaults: { connectd: { program: connectd-sim } }
accounts: { default: { user: you@example.com, password: simulator } }
tunnels:
  ssh-pi: { port: 33000, connectd: { uid: 80:00:00:00:01:00:0A:C2 } }
  web-pi: { port: 33001, connectd: { uid: 80:00:00:00:01:00:0A:C3 } }
  db: { port: 15432, restart: "no", depends_on: [web-pi], tcp: { to: '127.0.0.1:{port:web-pi}' } }
`

const pictures: Record<string, Picture> = {
  'up-and-ps': { title: 'p2p up opens three tunnels, p2p ps shows them', commands: ['up', 'ps'] },
  'not-open': {
    title: 'p2p ps says why a tunnel is not open, p2p why explains it',
    before: async (rig) => {
      await rig.p2p('up')
      const { pid } = await rig.line('db')
      expect(pid).toBeGreaterThan(1)
      process.kill(pid as number, 'SIGKILL')
      await rig.lineThat('db', 'has ended', ({ state }) => state === 'failed')
    },
    commands: ['ps', 'why db'],
  },
}

test.each(Object.entries(pictures))('the picture %s is what p2p prints', async (name, picture) => {
  const rig = new Rig({ FORCE_COLOR: '1' })
  const given = new Map(await Promise.all(ports.map(async (port) => [String(await freePort()), String(port)] as const)))
  const swap = (text: string, map: Iterable<readonly [string, string]>): string =>
    [...map].reduce((all, [from, to]) => all.replaceAll(from, to), text)
  rig.write(
    swap(
      project,
      [...given].map(([free, declared]) => [declared, free] as const),
    ),
  )
  await picture.before?.(rig)
  let shown = ''
  for (const command of picture.commands) {
    const { stdout, stderr } = await finished(rig.start(...command.split(' ')))
    shown += `\x1b[2m$\x1b[0m p2p ${command}\n${settled(stderr)}${stdout}`
  }
  shown = swap(shown, given)
  const file = join(folder, `${name}.svg`)
  const drawn = terminalSvg(picture.title, shown)
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (redraws && skeleton(known) !== skeleton(drawn)) writeFileSync(file, drawn)
  expect(skeleton(drawn)).toBe(skeleton(redraws ? readFileSync(file, 'utf8') : known))
})

/** What stays on a terminal: without the lines of progress that are drawn over there. */
function settled(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => /^(\x1b\[\d+m)?[+~=-] |^\d+ |^$/.test(line))
    .join('\n')
}

function skeleton(svg: string): string {
  return textOfSvg(svg)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'WHEN')
    .replace(/\b\d+(\.\d+)?(ms|s|m|h)\b/g, 'TIME')
    .replace(/(?<!:)\b\d{2,7}\b(?!:)/g, 'PID')
    .replace(/ {2,}/g, '  ')
}
