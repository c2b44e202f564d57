import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const values = 'cGFzcw== 80:00:00:00:01:00:0A:C1 \\\n T${PORT} 2 127.0.0.1 12'

test('a unit of systemd is read: ExecStart over several lines, its variables, Restart', async () => {
  const rig = new Rig()
  rig.write(
    `[Unit]\nAfter=network.target\n[Service]\nEnvironment="PORT=33100"\nExecStart=connectd -f gone\nExecStart=\nExecStart=-/usr/bin/connectd -c YW5u ${values}\nRestart=always\n`,
    'pi.service',
  )
  const { status, stdout } = await rig.p2p('import', 'pi.service')
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/port: 33100\n[^]*program: \/usr\/bin\/connectd\n[^]*restart: always/),
  ])
})

test.each(['old', 'pi.sh', 'pi.ps1'])(
  'whatever the file is called (%s), and whatever is before its command',
  async (file) => {
    const rig = new Rig()
    const call = `-s -c YW5u ${values.replace('\\\n', '').replace('${PORT}', '33100')}`
    for (const command of ['@/usr/bin/connectd connectd', '-@/usr/bin/connectd pi', '+!!:/usr/bin/connectd']) {
      rig.write(`# mine\n[Service]\nExecStart=${command} ${call}\n`, file)
      const { status, stdout } = await rig.look('import', file)
      expect([status, stdout]).toEqual([0, expect.stringMatching(/port: 33100\n[^]*program: \/usr\/bin\/connectd\n/)])
    }
  },
)

test('a program of supervisord is read; other files of services are called what they are', async () => {
  const rig = new Rig()
  rig.write(
    `[program:pi]\ncommand=connectd -c YW5u ${values.replace('\\\n', '').replace('${PORT}', '33100')}\n`,
    'pi.ini',
  )
  expect((await rig.look('import', 'pi.ini')).stdout).toContain('port: 33100\n')
  for (const [text, is] of [
    ['[Service]\nExecStart=/usr/sbin/sshd -D\n', 'a unit of systemd'],
    ['services:\n  a:\n    command: connectd -s -c x\n', 'a file of docker compose'],
    ['<plist version="1.0">\n<string>connectd</string>\n', 'a property list of launchd'],
  ]) {
    rig.write(text ?? '', 'old')
    const { status, stderr } = await rig.look('import', 'old')
    expect([status, stderr]).toEqual([4, expect.stringContaining(is ?? '')])
  }
})
