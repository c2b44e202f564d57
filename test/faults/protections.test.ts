/**
 * The suite is worth what it finds: each patch of scripts/protections takes one protection away from a copy of the sources, and
 * the case that it names must fail. CI tries three of them; patches that touch a signal guard run in a PID namespace of their own.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { figuresFile } from './support/figures.ts'
import { sampleOf } from './support/seed.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'scripts/protections')
const copied = [
  'src',
  'test',
  'scripts',
  'schemas',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vitest.config.ts',
]

const all = readdirSync(folder).filter((name) => name.endsWith('.patch'))

test('at least fifteen protections have a patch', () => {
  expect(all.length).toBeGreaterThanOrEqual(15)
})

test.each(sampleOf('protections', all, 3))('without it a case fails: %s', (name) => {
  const patch = readFileSync(join(folder, name), 'utf8')
  const head = (word: string): string => new RegExp(`^${word}: (.*)$`, 'm').exec(patch)?.[1] ?? ''
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-protection-')))
  onTestFinished(() => {
    rmSync(copy, { recursive: true, force: true })
  })
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const applied = spawnSync('git', ['apply', '--recount', '-'], { cwd: copy, input: patch, encoding: 'utf8' })
  expect(applied.status, `${name} no longer applies: write it anew for what the code is today\n${applied.stderr}`).toBe(
    0,
  )

  const vitest = [
    process.execPath,
    'node_modules/vitest/vitest.mjs',
    'run',
    head('Red'),
    '-t',
    head('Case'),
    '--reporter=json',
  ]
  const needsNamespace = head('Namespace') !== ''
  // As PID 1 a shell, by the name that the cases look for: see identity.test.ts.
  const namespace = ['unshare', '-pf', '--mount-proc', '--kill-child', 'sh', '-c', '"$@"; exit $?', 'p2p-faults-init']
  const [program = '', ...args] = needsNamespace ? [...namespace, ...vitest] : vitest
  const tests = head('Red').startsWith('test/faults/') ? 'faults' : ''
  const ran = spawnSync(program, args, {
    cwd: copy,
    encoding: 'utf8',
    // No second try, and no figures of its cases.
    env: { ...process.env, CI: undefined, [figuresFile]: undefined, P2P_TESTS: tests },
    maxBuffer: 1 << 28,
  })
  const begin = ran.stdout.indexOf('{"num')
  if (begin === -1)
    throw new Error(
      `nothing ran for ${name}${needsNamespace ? ' (refused outside of a PID namespace)' : ''}: ${ran.stderr}`,
    )
  const report = JSON.parse(ran.stdout.slice(begin, ran.stdout.indexOf('\n', begin) + 1 || undefined)) as Report
  const { numFailedTests, numPassedTests } = report
  expect(numFailedTests + numPassedTests, `no case is called: ${head('Case')}`).toBeGreaterThan(0)
  expect(
    numFailedTests,
    `${head('Removes')}: without it all of ${head('Red')} -t "${head('Case')}" passed`,
  ).toBeGreaterThan(0)
})

interface Report {
  numFailedTests: number
  numPassedTests: number
}
