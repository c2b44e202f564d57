import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const words = ['YW5u', 'cGFzcw==', '80:00:00:00:01:00:0A:C1', 'T33100', '2', '127.0.0.1', '12']

test('where a value before others is missing, none of them is taken for it', async () => {
  const rig = new Rig()
  for (const missing of words.slice(0, -1)) {
    rig.write(`connectd -s -c ${words.filter((word) => word !== missing).join(' ')}\n`, 'old.txt')
    const { status, stdout, stderr } = await rig.look('import', 'old.txt')
    expect([missing, status, stdout, stderr]).toEqual([missing, 4, '', expect.stringMatching(/^old.txt:1:\d+ /)])
  }
})

test('a privileged port is never a guess', async () => {
  const rig = new Rig()
  for (const port of ['22', 'T65558', 'T0x16', 'T']) {
    rig.write(`connectd -s -c ${words.join(' ').replace('T33100', port)}\n`, 'old.txt')
    const { status, stdout } = await rig.look('import', 'old.txt')
    expect([port, status, stdout]).toEqual([port, 0, expect.stringContaining('port: auto\n')])
  }
  rig.write(`connectd -s -c ${words.join(' ').replace('T33100', 'T80')}\n`, 'old.txt')
  expect((await rig.p2p('import', 'old.txt')).stdout).toContain('port: 80\n')
})
