import { expect, test } from 'vitest'
import { stageStartedBy } from '../../src/core/decide/startup-stages.ts'
import * as drivers from '../../src/drivers/index.ts'
import { basics } from './support.ts'

const connectd = drivers.connectd.compile({ uid: '80:00:00:00:01:00:0A:C2' }, basics())
const ssh = (options: object) => drivers.ssh.compile({ to: 'bastion', ...options }, basics())

test.each(['Proxy started.', '!!connected local=0 encryption=2 session=0A ip=198.51.100.7:5960 at time 7  <00007>'])(
  'connectd says that the device answered: %s',
  (line) => {
    expect(line).toMatch(new RegExp(connectd.handshake ?? 'not told'))
  },
)

test.each(['Starting Proxy on port 33000 on index 1.', 'req auth remote.it id you@example.com'])(
  'and that it has not yet: %s',
  (line) => {
    expect(line).not.toMatch(new RegExp(connectd.handshake ?? ''))
  },
)

test.each([
  ['waiting for IP...', 'a network address'],
  ['Connectd in Wait State.', 'a network address'],
  ['07542> req auth remote.it id you@example.com', "remote.it's answer"],
  ['!!status - server connection changed to state 5  - time 7  <00007>', "the device's answer"],
  ['timeout---Retry auto connect', "the device's answer"],
  ['Proxy started.', 'its listener on 127.0.0.1:33001'],
  ['!!status - server connection changed to state 3  - time 7  <00007>', undefined],
  ['Starting Proxy on port 33000 on index 1.', undefined],
])('connectd says how far it is: %s', (line, awaits) => {
  const stage = stageStartedBy(line, connectd.stages ?? [])
  expect(stage?.awaits.slice(0, awaits?.length)).toBe(awaits)
})

test.each([
  ['!!throughput txBps=0 rxBps=0 pl=100000', false],
  ['!!throughput txBps=10 rxBps=0 pl=100000', true],
  ['!!throughput txBps=0 rxBps=7 pl=100000', true],
  ['!!status session tx bytes 7', false],
])('%s tells of traffic: %s', (line, told) => {
  expect(new RegExp(connectd.traffic ?? '').test(line)).toBe(told)
})

test('ssh says that it got in only where p2p asked it to speak', () => {
  const line = 'Authenticated to bastion ([127.0.0.1]:22) using "publickey".'
  const reverse = ssh({ reverse: { from: '0.0.0.0:9000', to: '127.0.0.1:3000' } })
  expect(line).toMatch(new RegExp(reverse.handshake ?? 'not told'))
  expect(ssh({ forward: 'db:5432' }).handshake).toBeUndefined()
})
