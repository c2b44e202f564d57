// @ts-check
// Builds dist/ from src/: ES modules, split so that each command loads only what it uses, dependencies left to node_modules.
// The supervisor is one file with all that it can need in it: it outlives upgrades, which remove what it would load late.
//
// A p2p may be running from dist/ while `prepare` builds again, and it loads its parts late. So nothing is ever missing:
// parts carry a hash of their content in their name, new ones are put beside the old ones, the entry points are replaced
// last by rename, and parts that no build names any more go only after a day.
import { build } from 'esbuild'
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
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const stamp = join(dist, '.built-from')
const dayMs = 24 * 60 * 60 * 1000

const inputs = ['src', 'scripts', 'package.json', 'package-lock.json']
  .flatMap((path) => filesBelow(join(root, path)))
  .sort()
const hash = createHash('sha256')
for (const file of inputs) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
const source = hash.digest('hex')

const fresh = existsSync(stamp) && readFileSync(stamp, 'utf8').split('\n')[0] === source
if (!(process.argv.includes('--if-stale') && fresh)) await bundle()

async function bundle() {
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  const children = filesBelow(join(root, 'src/children')).map((file) => relative(root, file))
  const whole = 'src/children/supervise.ts'
  /** @type {import('esbuild').BuildOptions & { write: false }} */
  const common = {
    absWorkingDir: root,
    outdir: 'dist',
    outbase: 'src',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    define: { P2P_VERSION: JSON.stringify(version), P2P_BUILD: JSON.stringify(source.slice(0, 12)) },
    write: false,
    logLevel: 'warning',
  }
  const results = await Promise.all([
    build({
      ...common,
      entryPoints: ['src/main.ts', ...children.filter((file) => file !== whole)],
      splitting: true,
      packages: 'external',
      chunkNames: 'parts/[name]-[hash]',
    }),
    build({
      ...common,
      entryPoints: [whole],
      // Packages in it are CommonJS in part.
      banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
    }),
  ])
  const isPart = (path) => relative(dist, path).startsWith('parts')
  const outputs = results
    .flatMap(({ outputFiles }) => outputFiles)
    .sort((a, b) => Number(isPart(b.path)) - Number(isPart(a.path)))
  const now = new Date()
  for (const output of outputs) {
    if (isPart(output.path) && existsSync(output.path)) {
      utimesSync(output.path, now, now)
      continue
    }
    mkdirSync(dirname(output.path), { recursive: true })
    const aside = `${output.path}.${process.pid}.tmp`
    writeFileSync(aside, relative(dist, output.path) === 'main.js' ? startedBySh(output.text) : output.contents)
    if (!isPart(output.path)) chmodSync(aside, 0o755)
    renameSync(aside, output.path)
  }
  const current = new Set(outputs.map((output) => output.path))
  for (const file of filesBelow(join(dist, 'parts'))) {
    if (!current.has(file) && Date.now() - statSync(file).mtimeMs > dayMs) rmSync(file, { force: true })
  }
  writeFileSync(`${stamp}.${process.pid}.tmp`, `${source}\n`)
  renameSync(`${stamp}.${process.pid}.tmp`, stamp)
}

/**
 * Node takes `--env-file` for its own even behind the script's name, up to `--` (nodejs/node#54232): it ends where that
 * file is missing, and obeys NODE_OPTIONS in it. So the file is a shell script in its first two lines, which puts `--` in
 * front. `env -S` would do as well, but busybox has none.
 */
function startedBySh(text) {
  const [hashbang, ...rest] = text.split('\n')
  if (hashbang !== '#!/usr/bin/env node') throw new Error('main.js begins with another line than expected')
  return ['#!/bin/sh', `':' //; exec node -- "$0" "$@"`, ...rest].join('\n')
}

function filesBelow(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesBelow(join(path, entry.name)))
}
