import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig, read } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { giveKeyring } from '../secrets/keyring.ts'

/**
 * Markers that stand nowhere else, with letters that each encoding changes. The user is no secret, and is treated as one
 * wherever p2p shows something; it stays in the records of what was launched (a changed user is drift) and in what connectd
 * itself writes into its log.
 */
const secrets = {
  password: 'Pw/Marker+One&Two?=3',
  hash: 'ab12'.repeat(9) + 'F00d',
  token: 'tk/Marker+Four&Five',
  printed: 'env/Marker+Printed~6',
}
const user = 'user+marker@example.com'

function spellings(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  const bare = encodeURIComponent(value)
  return [...new Set([value, base64, base64.replace(/\+/g, '-').replace(/\//g, '_'), bare, bare.toLowerCase()])]
}

test('no user, password, hash or token is in any argument, output, error, record or log but where it must be', async () => {
  const rig = new Rig({ MARKED_USER: user, MARKED_PASSWORD: secrets.password, MARKED_PRINTED: secrets.printed })
  giveKeyring(rig).set('marked', secrets.token)
  writeFileSync(join(rig.project, 'hash'), `${secrets.hash}\n`, { mode: 0o600 })
  const seen = new Map<string, string>()
  const keep = (where: string, text: string): void => {
    seen.set(`${where} (${seen.size})`, text)
  }
  const run = async (...args: string[]): Promise<string> => {
    const ran = await (/^(up|restart|down)$/.test(args[0] ?? '') ? rig.p2p(...args) : rig.look(...args))
    keep(`output of ${args.join(' ')}`, ran.stdout + ran.stderr)
    return ran.stdout + ran.stderr
  }
  const tunnel = async (name: string, account: string, fault: string, more = ''): Promise<string> =>
    `  ${name}:
    port: ${await freePort()}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, account: ${account}, program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: '${fault}' }${more}
`
  rig.write(`accounts:
  pass: { user: "\${MARKED_USER}", password: { env: MARKED_PASSWORD } }
  hash: { user: "\${MARKED_USER}", auth_hash: { file: hash } }
  token: { user: "\${MARKED_USER}", auth_token: { keychain: marked }, auth_index: 2 }
tunnels:
${await tunnel('fine', 'pass', '')}${await tunnel('fine-too', 'hash', '')}${await tunnel('third', 'token', '')}
${await tunnel('refused', 'pass', 'auth')}${await tunnel('offline', 'hash', 'target-offline')}
${await tunnel('crash', 'token', 'segv')}${await tunnel('leaves', 'token', 'peer-closed@20000')}
${await tunnel('stuck', 'pass', 'started-not-listening', '\n    ready: { timeout: 700ms }')}
  prints:
    command: [sh, -c, 'echo "I was given $$PRINTED"; exit 3']
    environment: { PRINTED: { env: MARKED_PRINTED } }
    restart: no
`)
  const watch = watchArguments(rig, keep)
  await run('up', '--debug')
  await rig.until('the supervisor to have tried again', async () =>
    (await rig.ps()).some((line) => line.name === 'offline' && Number(line['restarts']) > 0),
  )
  for (const args of [
    ['ps', '--json'],
    ['ps', '--format', 'wide'],
    ['logs'],
    ['events', '--json'],
    ['why', 'stuck'],
    ['doctor', '--json'],
    ['up', '--dry-run'],
    ['restart', 'fine', 'refused', 'prints', '--progress', 'json'],
    ['-f', 'none.yaml', 'ps', '--debug'],
  ])
    await run(...args)
  expect([...seen.values()].join('')).toContain('I was given ***')
  const config = await rig.look('config', '--format', 'json')
  for (const file of rig.files('state')) keep(file, read(file))
  await run('down')
  watch.stop()
  for (const file of rig.files('state')) keep(file, read(file))

  const ownLog = (where: string): boolean => /\/t\/[a-z-]+\/log/.test(where)
  const record = (where: string): boolean => /\/(specs|desired)\.json|\/cache\/projects\//.test(where)
  for (const [where, text] of [...seen, ['config', config.stdout + config.stderr] as const]) {
    for (const [what, value] of Object.entries(secrets)) {
      if (what === 'printed' && /\/t\/prints\/log/.test(where)) continue
      for (const form of spellings(value)) expect(text.includes(form), `${what} as ${form} in ${where}`).toBe(false)
    }
    if (where === 'config' || ownLog(where) || record(where)) continue
    for (const form of spellings(user)) expect(text.includes(form), `user as ${form} in ${where}`).toBe(false)
  }
  // The net is not empty: arguments of running connectds were read, and each secret was really in use.
  expect(watch.programs()).toBeGreaterThan(8)
  expect(watch.privateText()).toContain(secrets.password)
  expect(watch.privateText()).toContain(secrets.hash)
  expect(watch.privateText()).toContain(secrets.token)
  expect(rig.files('run')).toEqual([])
})

/** Reads the command lines of all of the rig's processes, and its private files, again and again until it is stopped. */
function watchArguments(
  rig: Rig,
  keep: (where: string, text: string) => void,
): { stop: () => void; programs: () => number; privateText: () => string } {
  const met = new Map<string, string>()
  const privateTexts = new Set<string>()
  const look = (): void => {
    for (const pid of rig.processes()) {
      const line = read(`/proc/${pid}/cmdline`)
      if (line === '' || met.has(line)) continue
      met.set(line, String(pid))
      keep(`arguments of ${pid}`, line)
    }
    for (const file of rig.files('run')) privateTexts.add(readOrNothing(file))
  }
  const timer = setInterval(look, 200)
  return {
    stop: () => {
      look()
      clearInterval(timer)
    },
    programs: () => [...met.keys()].filter((line) => line.includes('connectd-sim')).length,
    privateText: () => [...privateTexts].join('\n'),
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It may be gone between the listing and the reading.
    return ''
  }
}
