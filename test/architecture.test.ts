import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src')

/** Who may import whom (design.md 4). Core may be imported by everybody and imports nobody; main is the root. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  main: ['cli'],
  cli: ['commands', 'report'],
  commands: ['config', 'import', 'runtime', 'report', 'drivers'],
  config: ['drivers'],
  import: ['config'],
  drivers: [],
  runtime: [],
  report: [],
  children: ['runtime'],
}

/** Only these may touch files, sockets and processes. */
const mayTouchTheWorld = (file: string): boolean =>
  /^(runtime|children)\//.test(file) || file === 'config/disk.ts' || file === 'main.ts'
const outside = /^node:(fs|net|child_process|dgram|http|https|tls|os|worker_threads|cluster)(\/|$)/

/** Questions about text that happen to live in node:net. */
const isPure = (names: string): boolean => /^\{ (isIP|isIPv4|isIPv6)(, (isIP|isIPv4|isIPv6))* \}$/.test(names)

interface Import {
  file: string
  target: string
  names: string
  lazy: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|js)$/.test(file))
const imports = files.flatMap(importsOf)

test('imports go one way only', () => {
  const wrong = imports.flatMap(({ file, target }) => {
    if (!target.startsWith('.')) return []
    const [from, to] = [roomOf(file), roomOf(relative(src, resolve(src, dirname(file), target)))]
    const fine = from === to || to === 'core' || allowed[from]?.includes(to) === true
    return fine ? [] : [`${file} imports ${target}`]
  })
  expect(wrong).toEqual([])
})

test('core imports nothing outside itself but pure parts of Node', () => {
  const wrong = imports.filter(
    ({ file, target }) => roomOf(file) === 'core' && !target.startsWith('.') && target !== 'node:crypto',
  )
  expect(wrong).toEqual([])
})

test('the command line loads each command only when it is called', () => {
  const eager = imports.filter(
    ({ file, target, lazy }) => /^(cli|main)/.test(file) && target.includes('/commands/') && !lazy,
  )
  expect(eager).toEqual([])
})

test('only the runtime, the children and the one reading module of config touch the world', () => {
  const wrong = imports.filter(
    ({ file, target, names }) => outside.test(target) && !isPure(names) && !mayTouchTheWorld(file),
  )
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('only the supervisor among the children uses the runtime', () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      file.startsWith('children/') && target.includes('/runtime/') && !file.startsWith('children/supervise'),
  )
  expect(wrong).toEqual([])
})

test('nobody uses the global console, and only the edges read process.env', () => {
  const wrong = files.filter((file) => {
    const text = withoutComments(readFileSync(join(src, file), 'utf8'))
    const usesConsole = /\bconsole\.(log|error|warn|info|debug)\b/.test(text)
    const readsEnvironment = /process\.(env|cwd\(\)|argv)\b/.test(text) && !/^(main\.ts|children\/|cli\/)/.test(file)
    return usesConsole || readsEnvironment
  })
  expect(wrong).toEqual([])
})

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(join(src, file), 'utf8'))
  const fixed = [...text.matchAll(/^(?:import|export)\s+(?:([\w*\s{},$]+?)\s+from\s+)?['"]([^'"]+)['"]/gm)]
  const lazy = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)]
  return [
    ...fixed.map((match) => ({
      file,
      target: match[2] ?? '',
      names: match[1] ?? '',
      lazy: /^\s*(import|export)\s+type\b/.test(match[0]),
    })),
    ...lazy.map((match) => ({ file, target: match[1] ?? '', names: '', lazy: true })),
  ]
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

function roomOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? ''
}
