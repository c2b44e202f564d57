import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../../src')

/**
 * Every room and the rooms it may import; core is open to all. A room is the longest of these names that a file's path
 * begins with. src/README.md shows the same as a table.
 */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  'main.ts': ['cli'],
  cli: ['commands', 'report'],
  api: ['commands'],
  commands: ['config', 'import', 'runtime', 'report', 'drivers', 'connectd'],
  'config/load.ts': ['config'],
  'config/text': [],
  'config/read': ['config/text'],
  'config/resolve': ['config/read', 'config/text', 'config/generated'],
  'config/merge': ['config/resolve', 'config/read', 'config/text'],
  'config/check': ['config/merge', 'config/resolve', 'config/read', 'config/text', 'config/generated', 'drivers'],
  'config/compile': ['config/check', 'config/merge', 'config/resolve', 'config/read', 'config/text', 'drivers'],
  'config/print': ['config/compile', 'config/check', 'config/merge', 'config/resolve', 'config/text'],
  'config/generated': [],
  drivers: ['connectd'],
  connectd: [],
  import: ['config', 'connectd'],
  'runtime/process/system': [],
  'runtime/machine.ts': ['runtime/process/system'],
  'runtime/files': ['runtime/machine.ts'],
  'runtime/process': ['runtime/machine.ts', 'runtime/files'],
  'runtime/state': ['runtime/machine.ts', 'runtime/files', 'runtime/process'],
  'runtime/logs': ['runtime/machine.ts', 'runtime/files', 'runtime/process', 'runtime/state'],
  'runtime/secrets': ['runtime/machine.ts', 'runtime/files', 'runtime/process', 'runtime/state', 'runtime/logs'],
  'runtime/tunnel': [
    'runtime/machine.ts',
    'runtime/files',
    'runtime/process',
    'runtime/state',
    'runtime/logs',
    'runtime/secrets',
  ],
  'runtime/doctor': ['runtime', 'connectd'],
  report: [],
  supervise: ['runtime'],
  relay: [],
  simulator: ['relay', 'connectd'],
  children: ['supervise', 'relay', 'simulator'],
}

/** Only these may touch files, sockets and processes. */
const mayTouchTheSystem = [
  'runtime',
  'supervise',
  'relay',
  'simulator',
  'children',
  'config/read/disk.ts',
  'cli/standard-streams.ts',
  'main.ts',
]
const systemModules = /^node:(fs|net|child_process|dgram|http|https|tls|os|worker_threads|cluster)(\/|$)/

/** Questions about text that happen to live in node:net. */
const isPure = (names: string): boolean => /^\{ (isIP|isIPv4|isIPv6)(, (isIP|isIPv4|isIPv6))* \}$/.test(names)

/** May read process.env, process.argv and the working folder; everybody else gets them as values. */
const edges = ['main.ts', 'children', 'cli', 'api', 'simulator/daemon.ts']

interface Import {
  file: string
  target: string
  names: string
  lazy: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|js)$/.test(file))
const imports = files.flatMap(importsOf)
const local = imports.flatMap(({ target, ...rest }) =>
  target.startsWith('.') ? [{ ...rest, target: relative(src, resolve(src, dirname(rest.file), target)) }] : [],
)

test('every file is in a room', () => {
  expect(files.filter((file) => roomOf(file) === null)).toEqual([])
})

test('imports go one way only', () => {
  const wrong = local.filter(({ file, target }) => {
    const room = roomOf(file)
    const allowed = ['core', room ?? '', ...(mayImport[room ?? ''] ?? [])]
    return !allowed.some((name) => isIn(target, name))
  })
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('no file imports itself through others', () => {
  expect(circlesIn(local)).toEqual([])
})

test('core imports nothing outside itself but pure parts of Node', () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      isIn(file, 'core') && !target.startsWith('.') && target !== 'node:crypto' && target !== 'node:v8',
  )
  expect(wrong).toEqual([])
})

test('the command line loads each command only when it is called', () => {
  const eager = local.filter(
    ({ file, target, lazy }) => (isIn(file, 'cli') || file === 'main.ts') && isIn(target, 'commands') && !lazy,
  )
  expect(eager).toEqual([])
})

test('only the runtime, the children, the standard streams and the one reading module of config touch the system', () => {
  const wrong = imports.filter(
    ({ file, target, names }) =>
      systemModules.test(target) && !isPure(names) && !mayTouchTheSystem.some((room) => isIn(file, room)),
  )
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('the runtime and the supervisor reach the machine through one file', () => {
  const above = files.filter(
    (file) =>
      (isIn(file, 'runtime') || isIn(file, 'supervise')) &&
      file !== 'runtime/machine.ts' &&
      !isIn(file, 'runtime/process/system'),
  )
  const asNodeHasThem = imports.filter(
    ({ file, target, names }) =>
      above.includes(file) &&
      ((/^node:(fs|net|child_process|dgram|tls|os|timers)(\/|$)/.test(target) && !isPure(names)) ||
        (target === 'node:crypto' && names.includes('random'))),
  )
  expect(asNodeHasThem.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  const globals: Record<string, RegExp> = {
    process: /(?<![\w.'"])process\.(pid|ppid|kill|umask|hrtime|platform|execPath|e?uid|gete?uid)\b/,
    performance: /(?<![\w.])performance\./,
    setTimeout: /(?<![\w.])setTimeout\(/,
    setInterval: /(?<![\w.])setInterval\(/,
    timeOfDay: /\bDate\.now\b|\bnew Date\(\)/,
    random: /\bMath\.random\b/,
  }
  const unseen = above.flatMap((file) => {
    const text = withoutComments(readFileSync(join(src, file), 'utf8'))
    const named = imports.flatMap((one) =>
      one.file === file && one.target.endsWith('/machine.ts') ? one.names.split(/[\s,{}]+/) : [],
    )
    return Object.entries(globals).flatMap(([name, used]) => {
      const isSeen = named.includes(name) && name in { process: 0, performance: 0, setTimeout: 0, setInterval: 0 }
      return used.test(text) && !isSeen ? [`${file}: ${name}`] : []
    })
  })
  expect(unseen).toEqual([])
})

test('no file uses the global console, and only the edges read process.env', () => {
  const wrong = files.filter((file) => {
    const text = withoutComments(readFileSync(join(src, file), 'utf8'))
    const usesConsole = /\bconsole\.(log|error|warn|info|debug)\b/.test(text)
    const readsEnvironment = /process\.(env|cwd\(\)|argv)\b/.test(text)
    return usesConsole || (readsEnvironment && !edges.some((edge) => isIn(file, edge)))
  })
  expect(wrong).toEqual([])
})

test('every file opens with one line that says what it is for', () => {
  const silent = files.filter((file) => {
    if (isIn(file, 'core/generated') || isIn(file, 'config/generated')) return false
    const text = readFileSync(join(src, file), 'utf8').replace(/^#!.*\n/, '')
    return !/^(\/\/ \S|\/\*\* \S|\/\*\*\n \* \S)/.test(text)
  })
  expect(silent).toEqual([])
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

function isIn(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`)
}

function roomOf(path: string): string | null {
  const rooms = Object.keys(mayImport).filter((room) => isIn(path, room))
  return rooms.sort((a, b) => b.length - a.length)[0] ?? null
}

/** Files that import one another, directly or not (Tarjan's strongly connected components). Types count as well. */
function circlesIn(arrows: readonly { file: string; target: string }[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { file, target } of arrows) next.set(file, [...(next.get(file) ?? []), target])
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (file: string): void => {
    order.set(file, order.size)
    low.set(file, order.get(file) ?? 0)
    stack.push(file)
    for (const target of next.get(file) ?? []) {
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0))
    }
    if (low.get(file) !== order.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length > 1) circles.push(circle)
  }
  for (const file of next.keys()) if (!order.has(file)) visit(file)
  return circles
}
