// @ts-check
// Builds dist/ from src/. esbuild splits the program into parts, so that each command loads only what it uses; the parts,
// dependencies included, are laid into two packs: what daily commands need, and the rest. pack/loader.cjs reads them.
//
// A p2p may be running from dist/ while `prepare` builds again. So nothing is ever missing: packs carry a hash of their
// content in their name, new ones are put beside the old ones, the entry points are replaced last by rename, and packs
// that no build names any more go only after a day. The children are one file each with all that they can need: a
// supervisor outlives upgrades.
import { build, transform } from 'esbuild'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manPage } from './pack/man.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const dayMs = 24 * 60 * 60 * 1000

/** What people run all day. Other commands, and what only they need, are in the second pack. */
const daily = ['up', 'down', 'restart', 'ps', 'ls', 'port', 'logs', 'wait', '__complete']
const early = [
  'src/main.ts',
  'src/cli/complete.ts',
  'src/runtime/tunnel/launch.ts',
  'src/runtime/tunnel/traffic.ts',
  ...daily.map((name) => `src/commands/${name.replace('__', '')}.ts`),
]
/** Modules of Node's that take time to load, and that only some commands use. */
const atFirstUse = [
  'crypto',
  'child_process',
  'net',
  'tty',
  'os',
  'timers/promises',
  'util',
  'url',
  'stream',
  'v8',
  'tls',
  'dgram',
]

const inputs = ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json']
  .flatMap((path) => filesBelow(join(root, path)))
  .sort()
const hash = createHash('sha256')
for (const file of inputs) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
const source = hash.digest('hex')

const stamp = join(dist, '.built-from')
const fresh = existsSync(stamp) && readFileSync(stamp, 'utf8').split('\n')[0] === source
if (!(process.argv.includes('--if-stale') && fresh)) await bundle()

async function bundle() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  /** @satisfies {import('esbuild').BuildOptions} */
  const options = {
    absWorkingDir: root,
    outdir: 'dist',
    outbase: 'src',
    bundle: true,
    platform: /** @type {const} */ ('node'),
    target: 'node20.19',
    external: ['@napi-rs/keyring'],
    define: {
      P2P_VERSION: JSON.stringify(version),
      P2P_BUILD: JSON.stringify(source.slice(0, 12)),
      'import.meta.url': '__url',
      'import.meta.resolve': '__resolve',
    },
    legalComments: /** @type {const} */ ('none'),
    logLevel: /** @type {const} */ ('warning'),
    metafile: /** @type {const} */ (true),
    write: /** @type {const} */ (false),
  }
  const program = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    splitting: true,
    format: 'esm',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
  })
  const packs = await packsOf(program)
  const names = packs.map(({ name }) => name)
  /** One file with all that it can need. */
  const whole = {
    ...options,
    format: /** @type {const} */ ('cjs'),
    banner: {
      js: "const __url = require('node:url').pathToFileURL(__filename).href, __resolve = (name) => `file://${require.resolve(name)}`;",
    },
  }
  const alone = await build({
    ...whole,
    entryPoints: ['supervise', 'relay', 'connectd-sim'].map((name) => `src/children/${name}.ts`),
  })

  const library = await build({ ...whole, entryPoints: { index: 'src/api/index.ts' } })

  mkdirSync(join(dist, 'children'), { recursive: true })
  for (const { name, text } of packs) put(name, text)
  const packages = packagesIn(program, alone, library)
  put('LICENSES.txt', licencesOf(packages))
  put('sbom.json', componentsOf(packages, version))
  put('p2p.1', await manPage(root, version))
  // The package says that .js is an ES module.
  put('package.json', '{ "type": "commonjs" }\n')
  for (const { text } of library.outputFiles) put('index.js', text)
  put('index.d.ts', declarations())
  for (const { path, text } of alone.outputFiles) put(relative(dist, path), text, 0o755)
  put('main.js', startedBySh(loaderOf(names)), 0o755)
  for (const name of readdirSync(dist)) {
    const old = Date.now() - statSync(join(dist, name)).mtimeMs > dayMs
    if (name === 'parts' || (name.endsWith('.pack') && !names.includes(name) && old))
      rmSync(join(dist, name), { recursive: true })
  }
  // `npm pack` takes what is of this build, and no pack of an older one.
  put('.npmignore', ['.*', '*.tmp', 'code', '*.pack', ...names.map((name) => `!${name}`), ''].join('\n'))
  put('.built-from', `${source}\n`)
}

/** What esbuild split, as CommonJS in two texts: what `early` loads at once, and the rest. */
async function packsOf({ metafile: { outputs }, outputFiles }) {
  const isEarly = new Set()
  const add = (path) => {
    if (isEarly.has(path) || outputs[path] === undefined) return
    isEarly.add(path)
    for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') add(next)
  }
  for (const path of Object.keys(outputs)) if (early.includes(outputs[path].entryPoint)) add(path)

  const texts = { daily: '', rare: '' }
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text.replace(/^#!.*\n/, ''), {
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      minifyWhitespace: true,
      supported: { 'dynamic-import': false },
    })
    texts[isEarly.has(relative(root, path)) ? 'daily' : 'rare'] +=
      `${JSON.stringify(`./${basename(path)}`)}(exports,require,module){${code}},\n`
  }
  return Object.entries(texts).map(([name, parts]) => {
    const text = `(function(__url,__resolve){return{\n${parts}}})`
    // The loader reads a byte as a character. esbuild escapes what is in strings, but neither in regular expressions nor in raw text.
    const odd = /.{0,60}[^\0-\x7f].{0,20}/.exec(text)
    if (odd !== null) throw new Error(`write \\u.... for what is not ASCII here: ${odd[0]}`)
    return { name: `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.pack`, text }
  })
}

/** Of the API, in one file: its own types, and those of what it gives. */
function declarations() {
  const [output, types] = ['core/generated/output', 'api/types'].map((name) =>
    readFileSync(join(root, `src/${name}.ts`), 'utf8').replace(/^import .*\n|^\/\*\* What programs see.*\n/gm, ''),
  )
  return `${types}\nexport declare const openProject: OpenProject\n\n${output}`
}

function loaderOf(packs) {
  const words = {
    PACKS: JSON.stringify(packs),
    CACHED: JSON.stringify(daily),
    AT_FIRST_USE: JSON.stringify(atFirstUse.map((name) => `node:${name}`)),
  }
  const text = readFileSync(join(root, 'scripts/pack/loader.cjs'), 'utf8')
  return text.replace(/\b[A-Z_]{5,}\b/g, (word) => words[word] ?? word)
}

/**
 * Node takes `--env-file` for its own even behind the script's name, up to `--` (nodejs/node#54232): it ends where that
 * file is missing, and obeys NODE_OPTIONS in it. So the file is a shell script in its first two lines, which puts `--` in
 * front. `env -S` would do as well, but busybox has none.
 */
function startedBySh(text) {
  return `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n${text}`
}

/** The packages whose code is in what was built, by esbuild's own account. */
function packagesIn(...results) {
  const folders = results
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  return [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    return { folder, name, version, license }
  })
}

function licencesOf(packages) {
  return packages
    .map(({ folder, name, version, license }) => {
      const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name))
      if (file === undefined) throw new Error(`${name} has no licence file to ship`)
      return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** The same for machines, since an installed p2p has no node_modules for `npm sbom` to look at: CycloneDX. */
function componentsOf(packages, version) {
  const components = packages.map(({ name, version, license }) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return { type: 'library', 'bom-ref': purl, name, version, licenses: [{ license: { id: license } }], purl }
  })
  const metadata = { component: { type: 'application', 'bom-ref': 'p2p-compose', name: 'p2p-compose', version } }
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata, components }
  return `${JSON.stringify(bom, null, 2)}\n`
}

function put(name, text, mode = 0o644) {
  const path = join(dist, name)
  if (name.endsWith('.pack') && existsSync(path)) {
    const now = new Date()
    utimesSync(path, now, now)
    return
  }
  const aside = `${path}.${process.pid}.tmp`
  writeFileSync(aside, text)
  chmodSync(aside, mode)
  renameSync(aside, path)
}

function filesBelow(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesBelow(join(path, entry.name)))
}
