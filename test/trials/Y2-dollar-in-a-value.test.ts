import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const secret = (source: string): string =>
  `name: bench\ntunnels: { a: { command: [sleep, '1000'], environment: { TOKEN: ${source} }, restart: no } }\n`

test.each([
  ['{ env: TOKEN }', 'TOKEN=pa$$w0rd$m3a\n', 'TOKEN needs the variable m3a, which is not set'],
  ['$TOKEN', 'TOKEN=pa$$w0rd$m3a\n', 'TOKEN needs the variable m3a, which is not set'],
  ['{ env: TOKEN }', 'A=x$m3a\nTOKEN=$A\n', 'A needs the variable m3a, which is not set'],
  ['{ env: TOKEN }', 'TOKEN=$A\nA=1\n', 'TOKEN needs the variable A, which is only set further down'],
  ['{ env: TOKEN }', 'TOKEN="abc\n', 'TOKEN begins with a quote that is never closed'],
])('%s names what is wrong with its line in .env: %j', async (source, env, says) => {
  const rig = new Rig()
  rig.write(secret(source))
  rig.write(env, '.env')
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining(`${rig.project}/.env: ${says}`)])
  if (says.includes('m3a')) expect(stderr).toContain('put the value into single quotes')
  expect(stderr).not.toContain('w0rd')
})

test('in single quotes a dollar is a dollar', async () => {
  const rig = new Rig()
  rig.write(secret('{ env: TOKEN }'))
  rig.write("TOKEN='pa$$w0rd$m3a'\n", '.env')
  expect((await rig.p2p('up')).status).toBe(0)
})
