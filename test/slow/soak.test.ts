/**
 * Many tunnels, random faults, one supervisor: at every sample `ps` must agree with an observer that reads processes and
 * sockets itself, no tunnel may run twice, and when the faults end all must come back.
 */
import { chmodSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finished } from '../support/process.ts'
import { declareVictim, victim } from './truth.ts'
import { Rig, isAlive, pidOf, read, type PsLine } from '../support/rig.ts'

const tunnels = Number(process.env['P2P_SOAK_TUNNELS'] ?? 200)
const faultMs = Number(process.env['P2P_SOAK_MS'] ?? 120_000)
const rounds = Number(process.env['P2P_SOAK_FAULTS'] ?? 5)
const killMs = Number(process.env['P2P_SOAK_KILL_MS'] ?? 60_000)
const firstPort = 20_000
const names = Array.from({ length: tunnels }, (_, i) => `t${i}`)

test(`${tunnels} tunnels under random faults: ps is right all along, and all come back`, async () => {
  const rig = new Rig({ PW: 'x', CONNECTD_SIM_SPEED: '10', P2P_SOAK: 'yes' })
  const calm = join(rig.folder, 'calm')
  const faults = await declareVictim(rig)
  writeProject(rig, calm, faults.yaml)

  const first = await rig.p2p('up', '--wait-timeout', '5m', '-q', ...names)
  expect([0, 1], first.stderr).toContain(first.status)
  const samples = new Samples()
  for (const end = Date.now() + faultMs; Date.now() < end;) await samples.take(rig)

  // Phase two: the supervisor dies every second, and the next `up` brings it back.
  for (const end = Date.now() + killMs; Date.now() < end;) {
    const supervisor = supervisorOf(rig)
    if (supervisor !== null && isAlive(supervisor)) process.kill(supervisor, 'SIGKILL')
    const up = rig.start('up', '--no-wait', '-q', ...names)
    await samples.take(rig)
    await finished(up)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }

  writeFileSync(calm, '')
  await finished(rig.start('up', '--no-wait', '-q', ...names))
  const deadline = Date.now() + 240_000
  let last: PsLine[] = []
  while (Date.now() < deadline) {
    last = await rig.ps()
    if (last.every(({ name, state }) => name === victim || state === 'open')) break
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  expect(
    last
      .filter(({ name, state }) => name !== victim && state !== 'open')
      .map(({ name, state, reason }) => `${name} ${state} ${reason ?? ''}`),
  ).toEqual([])
  const wrong = samples.disagreements.length + samples.doubles.length
  const judged = samples.open + samples.notOpen
  const share = ((100 * (judged - wrong)) / judged).toFixed(3)
  process.stdout.write(
    [
      `ps and the observer agree in ${judged - wrong} of ${judged} looks at a tunnel (${share} %); ${samples.count} times ps`,
      'from a fault to the end of the first ps that tells it, median:',
      ...(await faults.measure(rounds)),
      '',
    ].join('\n'),
  )
  expect(samples.disagreements).toEqual([])
  expect(samples.doubles).toEqual([])
  expect(samples.count).toBeGreaterThan(20)
  expect(samples.open).toBeGreaterThan(0)
  expect(samples.notOpen).toBeGreaterThan(0)
})

/** A program that is the simulator with a fault of its own choice at each start, until there is a file that says enough. */
function writeProject(rig: Rig, calm: string, more: string): void {
  const flaky = rig.write(
    `#!/bin/bash
faults=(peer-closed@$((RANDOM % 20000 + 3000)) peer-failed target-offline service-down
  flap@$((RANDOM % 15000 + 2000))/1000 shutdown@$((RANDOM % 20000 + 2000)) hang-on-term session none none none)
[ -e '${calm}' ] || export CONNECTD_SIM_FAULT="\${faults[RANDOM % \${#faults[@]}]}"
[ "$CONNECTD_SIM_FAULT" = none ] && unset CONNECTD_SIM_FAULT
exec '${process.execPath}' '${join(import.meta.dirname, '../../dist/children/connectd-sim.js')}' "$@"
`,
    'flaky-connectd',
  )
  chmodSync(flaky, 0o755)
  const entries = names.map(
    (name, i) => `  ${name}:
    port: ${firstPort + i}
    connectd: { uid: 80:00:00:00:01:00:00:01, program: ./flaky-connectd }
    stop: { grace: 2s }
    environment: { SOAK_TUNNEL: ${name} }
`,
  )
  rig.write(`accounts: { default: { user: a@b.c, password: { env: PW } } }\ntunnels:\n${entries.join('')}${more}`)
}

class Samples {
  count = 0
  open = 0
  notOpen = 0
  readonly disagreements: string[] = []
  readonly doubles: string[] = []

  /** What was the same before and after `ps` looked must be what it shows. */
  async take(rig: Rig): Promise<void> {
    const begun = Date.now()
    const before = look()
    const lines = await rig.ps()
    const after = look()
    this.count++
    for (const { name, state, startedAt } of lines) {
      const [a, b] = [before.get(name) ?? [], after.get(name) ?? []]
      if (a.length > 1 && b.length > 1 && a.every(({ pid }) => b.some((other) => other.pid === pid)))
        this.doubles.push(`${name} ${JSON.stringify(a)}`)
      const listened =
        a.length === 1 && b.length === 1 && a[0]?.pid === b[0]?.pid && a[0]?.listens === true && b[0]?.listens === true
      // One that came and went between the two looks is nobody's mistake: `ps` tells when it began.
      const between = a.length === 0 && Date.parse(String(startedAt)) > begun
      const silent =
        !between && !a.some(({ listens }) => listens) && !b.some(({ listens }) => listens) && a[0]?.pid === b[0]?.pid
      if (listened) {
        this.open++
        // A listener that is not ready yet is `opening`; one being closed is `closing`.
        if (!['open', 'opening', 'closing'].includes(state))
          this.disagreements.push(`${name}: listens, ps says ${state}`)
      } else if (silent) {
        this.notOpen++
        if (state === 'open')
          this.disagreements.push(
            `${name}: does not listen, ps says open: ${JSON.stringify({ a, b, begun, startedAt })}`,
          )
      }
    }
  }
}

/** The observer's own eyes: simulators by the mark in their environment, and whether they hold the tunnel's socket. */
function look(): Map<string, { pid: number; listens: boolean }[]> {
  const listeners = new Map<string, number>()
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state === '0A' && inode !== undefined) listeners.set(inode, parseInt(local.split(':')[1] ?? '', 16))
  }
  const found = new Map<string, { pid: number; listens: boolean }[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const environment = read(`/proc/${entry}/environ`)
    const name = /(?:^|\0)SOAK_TUNNEL=(t\d+)\0/.exec(environment)?.[1]
    // Also while it is still the script that chooses a fault: the process is the same.
    const cmdline = read(`/proc/${entry}/cmdline`)
    if (name === undefined || !/connectd-sim\.js\0-s\0|\/flaky-connectd\0/.test(cmdline)) continue
    if (cmdline.includes('p2p-shim/') || !isAlive(Number(entry))) continue
    const port = firstPort + Number(name.slice(1))
    const listens = sockets(entry).some((inode) => listeners.get(inode) === port)
    found.set(name, [...(found.get(name) ?? []), { pid: Number(entry), listens }])
  }
  return found
}

function sockets(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function supervisorOf(rig: Rig): number | null {
  const text = read(rig.files('state').find((file) => file.endsWith('/t/@supervisor/pid')) ?? '')
  return text.trim() === '' ? null : pidOf(Number(text))
}
