import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asYaml, resolvedTree } from '../../src/config/print/resolved.ts'
import { P2pError } from '../../src/core/errors.ts'
import { escapeTemplate } from '../../src/core/text/template.ts'
import type { Project } from '../../src/core/model.ts'
import { diagnosticsJson } from '../../src/report/diagnostics.ts'
import { sanitize } from '../../src/report/text/sanitize.ts'
import { diagnosticsOf, folderWith, load } from './support.ts'

// ------------------------------------------------------------------------------------------------------------------
// Valid projects, as data. Written as JSON they are YAML.

const text = fc
  .oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.constantFrom('null', '1e3', '', ' a ', 'a: b', '# c', '$A ${B}', 'x\ny\n', '- z', '{port}x', "'", '"'),
  )
  .filter((value) => !/\{(?:port|host|name)/.test(value))
const nonEmpty = text.filter((value) => value.trim() !== '' && !value.startsWith('-') && !value.includes('\0'))
const duration = fc.constantFrom('500ms', '10s', '1m30s', '2h', '61s')
const variable = fc.constantFrom('A', 'B_2', 'PATH', 'PGPASSWORD', 'GITHUB_TOKEN')
const source = fc.oneof(
  fc.record({ env: variable }),
  fc.record({ file: fc.constantFrom('./secret', '/run/secret') }),
  fc.record({ command: fc.tuple(nonEmpty, text).map(([program, arg]) => [program, arg]) }),
  fc.record({ keychain: nonEmpty }),
)

const shared = fc.record(
  {
    description: text,
    labels: fc.dictionary(fc.constantFrom('a', 'b c', 'x-d', '__proto__'), fc.oneof(text, fc.integer(), fc.boolean())),
    url: text,
    profiles: fc.array(fc.constantFrom('one', 'two')),
    restart: fc.constantFrom('no', 'always', 'on-failure', 'on-failure:7'),
    ready: fc.record(
      { log: fc.constantFrom('^a$', 'b\\d+', '\\$'), timeout: duration, command: fc.array(nonEmpty, { minLength: 1 }) },
      { requiredKeys: [] },
    ),
    healthcheck: fc.oneof(
      fc.constant(false),
      fc.record({ http: fc.constant('/x?y=$z'), interval: duration, retries: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ command: fc.array(nonEmpty, { minLength: 1 }) }),
      fc.record({ tls: fc.constant(true), timeout: duration }),
    ),
    stop: fc.record({ signal: fc.constantFrom('TERM', 'INT', 'KILL'), grace: duration }, { requiredKeys: [] }),
    environment: fc.dictionary(variable, fc.oneof(text, fc.integer(), fc.boolean(), source)),
    working_dir: fc.constantFrom('.', './deep/er', '/srv', '~/x'),
    logs: fc.record(
      { max_size: fc.constantFrom('10MB', '1500B'), keep: fc.integer({ min: 0, max: 9 }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

const driver = fc.oneof(
  fc.record({ tcp: fc.record({ to: fc.constantFrom('10.0.0.5:80', '[fd00::1]:81', 'db.internal:5432') }) }),
  // No shell expands a ~, so that is an error.
  fc.record({
    command: fc
      .tuple(
        nonEmpty.filter((program) => !program.startsWith('~')),
        fc.array(text),
      )
      .map(([program, args]) => [program, ...args]),
  }),
  fc.record({
    ssh: fc.record({
      to: fc.constantFrom('bastion', 'a@b'),
      forward: fc.constant('db:1'),
      identity: fc.constant('./id'),
    }),
  }),
  fc.record({
    connectd: fc.record({
      uid: fc.constant('80:00:00:00:01:00:0a:C2'),
      program: fc.constantFrom('connectd-sim', './bin/connectd', 'connectd'),
    }),
  }),
)

const tunnels = fc.array(fc.tuple(shared, driver, fc.boolean(), fc.boolean()), { maxLength: 5 }).map((list) =>
  Object.fromEntries(
    list.map(([keys, options, auto, needs], index) => [
      `t${index}`,
      {
        ...keys,
        ...options,
        port: auto ? 'auto' : 20_000 + index,
        ...(needs && index > 0 ? { depends_on: { t0: { condition: 'healthy', restart: true } }, profiles: [] } : {}),
        ...(index === 0 ? { profiles: [] } : {}),
      },
    ]),
  ),
)

const project = fc.record({
  accounts: fc.record({
    default: fc.record({
      user: fc.constantFrom('you@example.com', 'a$b'),
      password: fc.oneof(source, fc.constantFrom('hunter2', '${A}', '${A:-hunter2}', 'x${A}', '$${A}')),
    }),
  }),
  tunnels,
})

/** Everything but what a text says that is to stay as it is must be escaped. */
function escaped(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'password' ? value : escapeTemplate(value)
  if (Array.isArray(value)) return value.map((item) => escaped(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escaped(inner, name)]))
}

function comparable({ tunnels, active, name, secretVariables }: Project): unknown {
  return JSON.parse(JSON.stringify({ tunnels, active, name, secretVariables: [...secretVariables].sort() }))
}

test('what config prints loads again to an equal project', async () => {
  const folder = folderWith({})
  const setting = { env: { HOME: '/home/me' } }
  await fc.assert(
    fc.asyncProperty(project, async (data) => {
      writeFileSync(join(folder, 'p2p.yaml'), JSON.stringify(escaped(data)).replaceAll('\x7f', '\\u007f'))
      const first = await load(folder, setting)
      const printed = sanitize(asYaml(resolvedTree(first)), [])
      expect(printed).not.toContain('hunter2')
      writeFileSync(join(folder, 'p2p.yaml'), printed)
      const again = await load(folder, setting)
      expect(again.project.tunnels.map(({ fingerprint }) => fingerprint)).toEqual(
        first.project.tunnels.map(({ fingerprint }) => fingerprint),
      )
      expect(comparable(again.project)).toEqual(comparable(first.project))
      expect(asYaml(resolvedTree(again))).toBe(asYaml(resolvedTree(first)))
    }),
    { numRuns: 100 },
  )
})

// ------------------------------------------------------------------------------------------------------------------
// Wrong files.

const words = [
  ...[
    '\n',
    '\n  ',
    '\n    ',
    ' ',
    ': ',
    ':',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    '|',
    '>',
    '&a',
    '*a',
    '<<: *a',
  ],
  ...[
    '!x',
    '?',
    '%',
    '\t',
    '$',
    '${',
    '${A:-',
    '$$',
    '\r\n',
    '~',
    'null',
    '0',
    '-1',
    '1e9',
    'true',
    '.inf',
    'é',
    '\u2028',
  ],
  ...['name', 'accounts', 'defaults', 'tunnels', 'include', 'port', 'tcp', 'ssh', 'connectd', 'command', 'to', 'uid'],
  ...['depends_on', 'extends', 'environment', 'env_file', 'ready', 'healthcheck', 'profiles', 'x-a', 'a', 'b', 'auto'],
  ...[
    'forward',
    'reverse',
    'dynamic',
    'identity',
    'options',
    'user',
    'password',
    'env',
    'file',
    '__proto__',
    'p2p.yaml',
    '.',
  ],
]

test('no text makes the loader throw anything but a P2pError', async () => {
  const folder = folderWith({})
  const anyText = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json(),
  )
  await fc.assert(
    fc.asyncProperty(anyText, async (content) => {
      writeFileSync(join(folder, 'p2p.yaml'), content)
      const error: unknown = await load(folder).then(
        () => null,
        (error: unknown) => error,
      )
      if (error === null) return
      expect(error).toBeInstanceOf(P2pError)
      await diagnosticsOf(error)
    }),
    { numRuns: 400 },
  )
})

const withSecrets = `name: lab
accounts:
  default:
    user: you@example.com
    password: hunter2-plain
  quoted: { user: you@example.com, password: "hunter2-double, } x", x-note: y }
  single:
    user: you@example.com
    auth_hash: 'hunter2-single'
  block:
    user: you@example.com
    auth_token: |
      hunter2-block
      hunter2-more
    auth_index: 1
defaults:
  environment: { PGPASSWORD: hunter2-environment, OTHER: shown }
tunnels:
  a:
    port: 80
    environment:
      - API_TOKEN=hunter2-assigned
      - OTHER=1
    command: [serve, --password=hunter2-argument, "{port}"]
  b: { port: 81, environment: { SECRET: "hunter2-flow" }, tcp: { to: "10.0.0.5:80" } }
`

/** Where secrets stand with their keys: an edit inside would make another text of them. */
const kept = [
  ...withSecrets.matchAll(
    /auth_token: \|[^]*hunter2-more|(?:[\w-]+(?:: |=))["']?hunter2(?:-double, \} x|[\w-]+)["']?/g,
  ),
]

function isInside(at: number): boolean {
  return kept.some(({ index, 0: part }) => at > index && at < index + part.length)
}

test('no diagnostic shows the value of a secret key, whatever is wrong around it', async () => {
  expect(kept.length).toBe(8)
  const folder = folderWith({})
  const places = Array.from({ length: withSecrets.length }, (_, at) => at).filter((at) => !isInside(at))
  const edit = fc.record({
    at: fc.constantFrom(...places),
    remove: fc.boolean(),
    insert: fc.constantFrom('', ...words),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let content = withSecrets
      for (const { at, remove, insert } of edits.sort((a, b) => b.at - a.at)) {
        // Taking away the character before a secret key could join it with another word.
        const taken = remove && !isInside(at + 1) && !kept.some(({ index }) => index === at || index === at + 1) ? 1 : 0
        content = content.slice(0, at) + insert + content.slice(at + taken)
      }
      writeFileSync(join(folder, 'p2p.yaml'), content)
      const error: unknown = await load(folder).then(
        () => null,
        (error: unknown) => error,
      )
      if (error === null) return
      const told = await diagnosticsOf(error)
      const json = diagnosticsJson((error as P2pError).details, [])
      for (const shown of [told, json]) if (shown.includes('hunter2')) throw new Error(`${content}\n=====\n${shown}`)
    }),
    { numRuns: 400 },
  )
})
