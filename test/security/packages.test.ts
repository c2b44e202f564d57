import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

/** Packages whose code runs in p2p, and what each is for. A new one has to be worth its line. */
const inPacks: Record<string, string> = {
  yaml: 'reads and writes p2p.yaml',

  yargs: 'draws help pages',
  cliui: 'columns of yargs',
  escalade: 'yargs looks for its translations',
  'get-caller-file': 'yargs looks for its translations',
  y18n: 'translations of yargs',
  'yargs-parser': 'options of yargs',

  listr2: 'draws progress in a terminal',
  'ansi-escapes': 'moves the cursor',
  'cli-cursor': 'hides the cursor',
  'restore-cursor': 'shows the cursor again at the end',
  'cli-truncate': 'cuts lines to the width of the terminal',
  colorette: 'colours of listr2',
  environment: 'what kind of terminal it is',
  eventemitter3: 'events of listr2',
  'log-update': 'writes over earlier lines',
  rfdc: 'copies options of listr2',
  'slice-ansi': 'cuts coloured text',

  'ansi-regex': 'finds colours in text',
  'ansi-styles': 'names of colours',
  'get-east-asian-width': 'width of a character',
  'is-fullwidth-code-point': 'width of a character',
  'string-width': 'width of a text',
  'strip-ansi': 'removes colours',
  'wrap-ansi': 'wraps coloured text',

  execa: 'runs secret, ready and health commands',
  'cross-spawn': 'starts programs for execa',
  'get-stream': 'reads their output',
  'human-signals': 'describes signals',
  'is-stream': 'checks options of execa',
  isexe: 'finds programs for cross-spawn',
  'merge-stream': 'stdout and stderr in one, for execa',
  'mimic-function': 'names of functions, for onetime',
  'npm-run-path': 'PATH for execa',
  onetime: 'calls a function once, for execa and restore-cursor',
  'path-key': 'the name of PATH',
  'shebang-command': 'first line of a script, for cross-spawn',
  'shebang-regex': 'first line of a script, for cross-spawn',
  'signal-exit': 'cleans up at the end, for execa and restore-cursor',
  'strip-final-newline': 'end of an output, for execa',
  which: 'finds programs for cross-spawn',

  'tree-kill': 'ends such a command with its children',
}

const installed: Record<string, string> = {
  '@napi-rs/keyring': 'asks the keychain of the system',
  '@napi-rs/keyring-*': 'the same for one system: one of them on a machine',
}

interface Component {
  name: string
  version: string
  group?: string
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))
const { components } = json('dist/sbom.json') as { components: Component[] }
const { packages } = json('package-lock.json') as {
  packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>
}
const inProduction = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)

test('at most 45 packages run in production, each in one version and with what it is for', () => {
  expect(components.map(({ name }) => name)).toEqual(Object.keys(inPacks).sort())
  const names = inProduction.map(([path]) => path.replace('node_modules/', '').replace(/(keyring)-.*/, '$1-*'))
  expect([...new Set(names)]).toEqual(Object.keys(installed))
  expect(Object.keys({ ...inPacks, ...installed }).length).toBeLessThanOrEqual(45)
  // What derive makes runs as well: nothing of ajv may be copied into it.
  expect(readFileSync(join(root, 'src/config/generated/validators.js'), 'utf8')).not.toContain('node_modules')
})

test('no package of them needs an install script', () => {
  expect(inProduction.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
  const { scripts } = json('package.json') as { scripts: Record<string, string> }
  expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([])
})

test('npm sbom lists what is in the packs, and each has its licence there', () => {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']
  const listed = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })) as {
    components: Component[]
  }
  const known = new Set(listed.components.map(({ name, version }) => `${name} ${version}`))
  expect(components.filter(({ name, version }) => !known.has(`${name} ${version}`))).toEqual([])
  const licences = readFileSync(join(root, 'dist/LICENSES.txt'), 'utf8')
  for (const { name, version } of components) expect(licences).toMatch(`${name} ${version} (`)
})

test('two builds in two folders are packed to the same file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-pack-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const copy = join(folder, 'copy')
  const { files } = json('package.json') as { files: string[] }
  const own = files
    .filter((file) => file !== 'dist')
    .concat('src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json')
  for (const path of [...own, ...components.map(({ name }) => `node_modules/${name}`)])
    cpSync(join(root, path), join(copy, path), { recursive: true })
  symlinkSync(join(root, 'node_modules/esbuild'), join(copy, 'node_modules/esbuild'))
  // An older build, whose packs stay for a day, and code that a run has kept.
  mkdirSync(join(copy, 'dist/code'), { recursive: true })
  for (const name of ['daily-000000000000.pack', 'main.js.1.tmp', 'code/daily'])
    writeFileSync(join(copy, 'dist', name), '')
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: copy })
  expect(packed(copy, join(folder, 'a'))).toEqual(packed(root, join(folder, 'b')))
})

function packed(from: string, to: string): string {
  mkdirSync(to)
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', to], { cwd: from, stdio: 'ignore' })
  const [file = ''] = readdirSync(to)
  return createHash('sha256')
    .update(readFileSync(join(to, file)))
    .digest('hex')
}
