import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const call = 'connectd -s -c YW5u cGFzcw== 80:00:00:00:01:00:0A:C1 T33100 2 127.0.0.1 12'
const plain = call.replace('33100', '33000')

test.each([
  `flock -n ./lock ${call}`,
  `screen -dmS x ${call}`,
  `tmux new-session '${call}'`,
  `bash -c '${call}'`,
  `systemd-run ${call}`,
  `"$HOME/bin/connectd" ${call.slice(9)}`,
  `@reboot pi ${call}`,
  `run="${call}"; $run &`,
])('beside a plain line, this one is imported as well: %s', async (line) => {
  const rig = new Rig()
  const { status, stderr } = await rig.p2pWithInput(`${plain}\n${line}\n`, 'import', '-')
  expect([status, stderr]).toEqual([0, expect.stringContaining('imported 2 tunnels')])
})

test.each([`ssh host ${call}`, `docker run image ${call}`, `echo '${call}' | tee start.sh | sh`, 'connectd &'])(
  'beside a plain line, this one is refused with its place: %s',
  async (line) => {
    const rig = new Rig()
    const { status, stdout, stderr } = await rig.p2pWithInput(`${plain}\n${line}\n`, 'import', '-')
    expect([status, stdout, stderr]).toEqual([4, '', expect.stringMatching(/^-:2:\d+ /)])
  },
)
