/** `p2p metrics`: OpenMetrics text, by the rules of its specification. */
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { metricsText } from '../../src/report/metrics.ts'
import { freePort } from '../support/ports.ts'
import { now } from '../support/context.ts'
import { Rig } from '../support/rig.ts'
import { closedRow, makeRow } from '../support/tunnel.ts'

/** The samples by name and labels. Throws where the text breaks a rule. */
function parse(text: string): Map<string, number> {
  expect(text).toMatch(/(^|\n)# EOF\n$/)
  const samples = new Map<string, number>()
  const seen = new Set<string>()
  let family = { name: '', type: '', samples: 0, unit: '' }
  for (const line of text.split('\n').slice(0, -2)) {
    const meta = /^# (TYPE|UNIT|HELP) ([a-z0-9_]+) (.+)$/.exec(line)
    if (meta !== null) {
      const [, kind, name = '', value = ''] = meta
      if (kind === 'TYPE') {
        expect(seen, 'each family once, in one piece').not.toContain(name)
        seen.add(name)
        family = { name, type: value, samples: 0, unit: '' }
        expect(['gauge', 'counter']).toContain(value)
        expect(name).not.toMatch(/_(total|created|count|sum|bucket|info)$/)
      }
      if (kind === 'UNIT') expect(name.endsWith(`_${value}`)).toBe(true)
      expect([name, family.samples]).toEqual([family.name, 0])
      continue
    }
    const [, name, labels = '', value] =
      /^([a-z0-9_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\} (\d+(?:\.\d+)?)$/.exec(line) ?? []
    expect(name, line).toBe(family.type === 'counter' ? `${family.name}_total` : family.name)
    expect(samples.has(`${name ?? ''} ${labels}`), 'each sample once').toBe(false)
    samples.set(`${name ?? ''} ${labels}`, Number(value))
    family.samples += 1
  }
  return samples
}

test('every figure that is known, and none that is not', () => {
  const traffic = { connections: 2, bytesIn: 300, bytesOut: 100, bytesMoved: 400, lastTrafficAt: now, roundTripMs: 12 }
  const samples = parse(metricsText([{ ...makeRow('a'), traffic }, closedRow('b')], now, []))
  const of = (name: string, tunnel: string): number | undefined =>
    samples.get(`p2p_tunnel_${name} project="lab",tunnel="${tunnel}"`)
  expect(of('received_bytes_total', 'a')).toBe(300)
  expect(of('sent_bytes_total', 'a')).toBe(100)
  expect(of('moved_bytes_total', 'a')).toBe(400)
  expect(of('connections', 'a')).toBe(2)
  expect(of('last_traffic_timestamp_seconds', 'a')).toBe(now / 1000)
  expect(of('uptime_seconds', 'a')).toBe(3600)
  expect(of('round_trip_seconds', 'a')).toBe(0.012)
  for (const name of ['received_bytes_total', 'connections', 'uptime_seconds']) expect(of(name, 'b')).toBeUndefined()
  expect(samples.get('p2p_tunnel_state project="lab",tunnel="b",state="closed"')).toBe(1)
  expect(samples.get('p2p_tunnel_state project="lab",tunnel="a",state="closed"')).toBe(0)
})

test('names are escaped, and nothing is still a whole text', () => {
  const odd = { ...closedRow('a'), project: 'q"\\' }
  expect(metricsText([odd], now, [])).toContain('project="q\\"\\\\"')
  parse(metricsText([odd], now, []))
  expect(metricsText([], now, [])).toBe('# EOF\n')
})

test('--textfile writes the file whole, for others to read, and says why it could not', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels: { a: { port: ${port}, restart: no, tcp: { to: '127.0.0.1:1' } } }`)
  await rig.p2p('up')
  const file = join(rig.project, 'p2p.prom')
  expect(await rig.look('metrics', '--textfile', 'p2p.prom')).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect(parse(readFileSync(file, 'utf8')).size).toBeGreaterThan(10)
  expect(statSync(file).mode & 0o777).toBe(0o644)
  expect(readdirSync(rig.project).sort()).toEqual(['p2p.prom', 'p2p.yaml'])

  const lost = await rig.look('metrics', '--textfile', 'no/such/p2p.prom')
  expect(lost.status).toBe(6)
  expect(lost.stderr).toMatch(/no\/such\/p2p\.prom can't be written: its folder does not exist/)
  mkdirSync(join(rig.project, 'folder'))
  expect((await rig.look('metrics', '--textfile', 'folder')).status).toBe(6)
  expect((await rig.look('metrics', 'nothing')).status).toBe(2)
})
