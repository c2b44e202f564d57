/**
 * The pictures of the documentation are what the built program printed. Each is compared with what it prints today, but for
 * what differs in every run: PIDs, times, ports. `P2P_PICTURES=draw P2P_TESTS=slow npx vitest run test/docs/pictures` draws them again.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { finished, mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { openTerminal } from '../support/terminal.ts'
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
  check(name, picture.title, swap(shown, given))
})

function swap(text: string, map: Iterable<readonly [string, string]>): string {
  return [...map].reduce((all, [from, to]) => all.replaceAll(from, to), text)
}

function check(name: string, title: string, shown: string): void {
  const file = join(folder, `${name}.svg`)
  const drawn = terminalSvg(title, shown)
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (redraws && skeleton(known) !== skeleton(drawn)) writeFileSync(file, drawn)
  expect(skeleton(drawn)).toBe(skeleton(redraws ? readFileSync(file, 'utf8') : known))
}

test('the picture top is what p2p top shows', async () => {
  const rig = new Rig()
  const far = await talker()
  const given = new Map(await Promise.all(ports.map(async (port) => [String(await freePort()), String(port)] as const)))
  const declared = swap(
    project,
    [...given].map(([free, port]) => [port, free] as const),
  )
  rig.write(declared.replace(/127\.0\.0\.1:\{port:web-pi\}/, `127.0.0.1:${far}`))
  await rig.p2p('up')
  const client = connect((await rig.line('db')).port ?? 0, '127.0.0.1').resume()
  const screen = openTerminal(process.execPath, [mainFile, 'top'], {
    ...{ columns: 92, rows: 9, cwd: rig.project },
    env: { ...rig.env, TERM: 'xterm-256color' },
  })
  onTestFinished(async () => {
    client.destroy()
    screen.kill()
    await screen.exited
  })
  await screen.until((lines) => lines.some((line) => /[▁-█]{4} .*[▁-█]{4} /.test(line)))
  check('top', 'p2p top shows three tunnels live', swap(rowsSent(screen.sent()), given).replaceAll(String(far), '5432'))
})

/** A far end that sends now more, now less; on a port of its own. */
async function talker(): Promise<number> {
  const server = createServer((socket) => {
    let turn = 0
    const timer = setInterval(
      () => socket.write(Buffer.alloc(500 + Math.round(4000 * Math.sin((turn += 0.04)) ** 2))),
      50,
    )
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(timer)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** The newest text of each row of the screen, with its colours. */
function rowsSent(sent: string): string {
  const rows: string[] = []
  for (const [, row, text = ''] of sent.matchAll(/\x1b\[(\d+);1H(?:\x1b\[K)?((?:(?!\x1b\[\d+;1H)[\s\S])*)/g))
    rows[Number(row) - 1] = text
  return Array.from(rows, (row: string | undefined) => row ?? '').join('\n')
}

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
    .replace(/[▁-█]+/g, 'BARS')
    .replace(/\b\d+(\.\d+)?[KMG]?B(?= )/g, 'RATE')
    .replace(/\b\d+(\.\d+)?(ms|s|m|h)\b/g, 'TIME')
    .replace(/(?<!:)\b\d{2,7}\b(?!:)/g, 'PID')
    .replace(/ {2,}/g, '  ')
}
