import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const values = '-s -c YW5u cGFzcw== 80:00:00:00:01:00:0A:C1 T33100 2 127.0.0.1 12'

test('a line of PowerShell is known by itself, wherever it comes from', async () => {
  const rig = new Rig()
  for (const line of [
    `.\\connectd.exe ${values}`,
    `& ".\\connectd.exe" ${values}`,
    `PS C:\\> connectd.exe ${values}`,
  ]) {
    const { status, stdout } = await rig.p2pWithInput(`${line}\n`, 'import', '-')
    expect([line, status, stdout]).toEqual([line, 0, expect.stringContaining('port: 33100\n')])
    for (const file of ['old.txt', 'old.ps1']) {
      rig.write(`${line}\n`, file)
      expect((await rig.look('import', file)).status).toBe(0)
    }
  }
})

test('weak encryption, and listening on every address, are warned about', async () => {
  const rig = new Rig()
  for (const [old, warning] of [
    [`connectd ${values.replace(' 2 ', ' 1 ')}`, 'rc4 is broken'],
    [`connectd ${values.replace(' 2 ', ' 0 ')}`, 'without encryption'],
    [`connectd ${values.replace('127.0.0.1', '0.0.0.0')}`, 'every computer'],
    ['autoconnect 1\nremote_address 80:00:00:00:01:00:0A:C1\nencryption 1', 'rc4 is broken'],
  ]) {
    const { status, stderr } = await rig.p2pWithInput(`${old ?? ''}\n`, 'import', '-')
    expect([status, stderr]).toEqual([0, expect.stringContaining(`warning: ${warning ?? ''}`)])
  }
})
