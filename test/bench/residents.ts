/** What stays: the supervisor's memory and processor time, the relay's speed, and many relays. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createServer, connect, type Server } from 'node:net'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import type { Bench, Row } from './measure.ts'

const relayedBytes = 512 * 1024 * 1024

export async function measureResidents(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of [100, 500]) rows.push(...(await supervisor(bench, count)))
  rows.push(...(await relayBesideSocat(bench)))
  rows.push(...relays(bench))
  return rows
}

/** Of a project whose tunnels are kept open: memory of its own, and processor time in ten quiet seconds. */
async function supervisor(bench: Bench, count: number): Promise<Row[]> {
  const project = bench.project(count, (port) => `{ port: ${port}, command: [${bench.listener}, "{port}"] }`)
  project.p2p('up')
  const [pid] = processes((line) => line.startsWith(process.execPath) && line.includes(project.folder))
  if (pid === undefined) throw new Error('no supervisor is running')
  await delay(70_000)
  const before = cpuMs(pid)
  await delay(10_000)
  const rows: Row[] = [
    { what: `supervisor, ${count}: memory (PSS)`, value: pssMB(pid), unit: 'MB', beside: null, base: null },
    {
      what: `supervisor, ${count}: processor in 10 quiet s`,
      value: cpuMs(pid) - before,
      unit: 'ms',
      beside: null,
      base: null,
    },
  ]
  project.p2p('down')
  return rows
}

async function relayBesideSocat(bench: Bench): Promise<Row[]> {
  if (spawnSync('socat', ['-V']).status !== 0) return []
  const sink = createServer((socket) =>
    socket
      .resume()
      .on('end', () => socket.end('x'))
      .on('error', () => undefined),
  )
  const target = await portOf(sink)
  const project = bench.project(1, (port) => `{ port: ${port}, restart: "no", tcp: { to: "127.0.0.1:${target}" } }`)
  project.p2p('up')
  const ours = Number(project.p2p('port', 't0').split(':').at(-1))
  const theirs = await freePort()
  const socat = spawn(
    'socat',
    ['-b65536', `TCP-LISTEN:${theirs},bind=127.0.0.1,fork,reuseaddr,backlog=64`, `TCP:127.0.0.1:${target}`],
    { stdio: 'ignore' },
  )
  try {
    await accepting(theirs)
    const rows: Row[] = []
    for (const connections of [1, 50]) {
      const [p2p, other]: [number[], number[]] = [[], []]
      for (let round = 0; round < 5; round += 1) {
        p2p.push(await speed(ours, connections))
        other.push(await speed(theirs, connections))
      }
      const { value, base } = bench.row('', p2p, '', other)
      rows.push({ what: `relay, connections: ${connections}`, value, unit: 'GB/s', beside: 'socat -b65536', base })
    }
    return rows
  } finally {
    await ended(socat)
    project.p2p('down')
    sink.close()
  }
}

/** A hundred `tcp` tunnels. */
function relays(bench: Bench): Row[] {
  const project = bench.project(100, (port) => `{ port: ${port}, restart: "no", tcp: { to: "127.0.0.1:9" } }`)
  const took = bench.time(project.command('up', '--no-wait'))
  project.p2p('wait')
  const pids = processes((line) => line.includes('children/relay.js'))
  const memory = pids.reduce((sum, pid) => sum + pssMB(pid), 0)
  project.p2p('down')
  return [
    bench.row('up of 100 relays', [took], 'node -e 0', [bench.nodeMedian()]),
    { what: '100 relays: memory (PSS)', value: memory, unit: 'MB', beside: null, base: null },
  ]
}

/** Gigabytes a second through `port`, all bytes of all connections received at the far end. */
async function speed(port: number, connections: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024, 1)
  const each = Math.ceil(relayedBytes / connections / chunk.length)
  const from = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      for (let sent = 0; sent < each; sent += 1) if (!socket.write(chunk)) await once(socket, 'drain')
      socket.end()
      await once(socket.resume(), 'end')
    }),
  )
  return (each * chunk.length * connections) / (performance.now() - from) / 1e6
}

function processes(wanted: (commandLine: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && wanted(readOr(join('/proc', name, 'cmdline')).replaceAll('\0', ' ')))
    .map(Number)
}

function pssMB(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1]) / 1024
}

/** User and system time, in the kernel's ticks of 10 ms. */
function cpuMs(pid: number): number {
  const stat = readOr(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function readOr(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

async function accepting(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const accepts = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (accepts) return
    await delay(5)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
