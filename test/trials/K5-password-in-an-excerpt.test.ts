import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

/** A password that YAML reads as something else, and the error that says so. */
const passwords = [
  '&hunter2',
  '# hunter2',
  '#hunter2',
  '{ hunter2 }',
  '*hunter2',
  '!hunter2',
  '[hunter2',
  '"hunter2',
  '|\n      hunter2\n     oops: [',
]

test('no text of a line that may hold a password is shown, whatever YAML takes it for', async () => {
  const rig = new Rig()
  for (const password of passwords) {
    rig.write(
      `accounts: { x: y }\naccounts:\n  default:\n    user: me\n    password: ${password}\ntunnels: { a: nope }\n`,
    )
    const { status, stdout, stderr } = await rig.look('config')
    expect([password, status]).toEqual([password, 4])
    expect(stdout + stderr, password).not.toContain('hunter2')
    rig.write(`accounts:\n  default:\n    user: me\n    password: ${password}\ntunnels: {}\n`)
    const alone = await rig.look('config')
    expect(alone.stdout + alone.stderr, password).not.toContain('hunter2')
  }
})
