import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { getLanguageService } from 'yaml-language-server'
import { schema } from './support.ts'

// The service that editors run for YAML; it finds the schema through the first line of each text.
const service = openService()
// The documents that it takes are those of a package of its own.
const require = createRequire(createRequire(import.meta.url).resolve('yaml-language-server'))
const { TextDocument } = require('vscode-languageserver-textdocument') as {
  TextDocument: {
    create(uri: string, language: string, version: number, content: string): Parameters<typeof service.doHover>[0]
  }
}
const firstLine = '# yaml-language-server: $schema=./schemas/p2p.schema.json\n'

describe('an editor completes', () => {
  test('what may stand under connectd', async () => {
    expect(await completions('tunnels:\n  pi:\n    port: 1\n    connectd:\n      |')).toEqual([
      ...['uid', 'account', 'encryption', 'max_depth', 'server', 'program'],
    ])
  })

  test('every key of a tunnel, but no second driver', async () => {
    const keys = await completions('tunnels:\n  pi:\n    |')
    expect(keys).toEqual(expect.arrayContaining(['port', 'bind', 'connectd', 'ssh', 'tcp', 'command', 'healthcheck']))
    const others = await completions('tunnels:\n  pi:\n    tcp: { to: a:1 }\n    |')
    expect(others).not.toContain('tcp')
    expect(others).toContain('port')
  })

  test.each([
    ['encryption', 'tunnels:\n  pi:\n    connectd:\n      encryption: |', ['none', 'rc4', 'xxtea']],
    ['signals', 'tunnels:\n  pi:\n    stop:\n      signal: |', ['TERM', 'INT', 'HUP', 'QUIT']],
    ['port: auto', 'tunnels:\n  pi:\n    port: |', ['auto']],
    ['kinds of secret', 'accounts:\n  default:\n    password:\n      |', ['env', 'file', 'command', 'keychain']],
    [
      'checks',
      'tunnels:\n  pi:\n    healthcheck:\n      |',
      ['listen', 'banner', 'http', 'tls', 'command', 'interval'],
    ],
    ['conditions', 'tunnels:\n  pi:\n    depends_on:\n      db:\n        condition: |', ['open', 'healthy']],
    ['drivers under defaults', 'defaults:\n  |', ['connectd', 'ssh', 'tcp', 'command']],
  ])('%s', async (_what, text, expected) => {
    expect(await completions(text)).toEqual(expect.arrayContaining(expected))
  })
})

describe('an editor explains', () => {
  // The text that leads to the map of each definition.
  const maps: [definition: string, lead: string][] = [
    ['tunnel', 'tunnels:\n  t:\n    '],
    ['connectd', 'tunnels:\n  t:\n    connectd:\n      '],
    ['ssh', 'tunnels:\n  t:\n    ssh:\n      '],
    ['sshForward', 'tunnels:\n  t:\n    ssh:\n      forward:\n        - '],
    ['sshReverse', 'tunnels:\n  t:\n    ssh:\n      reverse:\n        '],
    ['tcp', 'defaults:\n  tcp:\n    '],
    ['shellLine', 'tunnels:\n  t:\n    command:\n      '],
    ['account', 'accounts:\n  a:\n    '],
    ['secretSource', 'accounts:\n  a:\n    password:\n      '],
    ['dependency', 'tunnels:\n  t:\n    depends_on:\n      o:\n        '],
    ['ready', 'tunnels:\n  t:\n    ready:\n      '],
    ['stop', 'tunnels:\n  t:\n    stop:\n      '],
    ['logs', 'tunnels:\n  t:\n    logs:\n      '],
  ]
  const keys = [
    ...Object.entries(schema.properties ?? {}).map(([key, node]) => ({ key, node, lead: '' })),
    ...maps.flatMap(([definition, lead]) =>
      Object.entries(schema.$defs[definition]?.properties ?? {}).map(([key, node]) => ({ key, node, lead })),
    ),
  ]

  test.each(keys)('$key under "$lead"', async ({ key, node, lead }) => {
    const [example] = node.examples ?? []
    const shown = await hover(`${lead}${key.slice(0, 1)}|${key.slice(1)}: ${JSON.stringify(example)}\n`)
    expect(plain(shown)).toContain(plain(node.description ?? '?'))
    expect(shown).toContain('Example')
    expect(shown).not.toContain('||')
  })
})

describe('an editor marks', () => {
  test.each([
    ['a misspelt key', 'tunnels:\n  pi:\n    conectd: {}\n', ['4:5 Property conectd is not allowed.']],
    ['a misspelt key of a driver', 'tunnels:\n  pi:\n    ssh: { too: a }\n', ['4:12 Property too is not allowed.']],
    ['a port out of range', 'tunnels:\n  pi:\n    port: 330000\n', ['4:11 Value is above the maximum of 65535.']],
    [
      'a bad UID',
      'tunnels:\n  pi:\n    connectd: { uid: 80:00 }\n',
      ['4:22 must be 8 hex bytes separated by colons, like 80:00:00:00:01:00:0A:C2'],
    ],
    [
      'a second driver',
      'tunnels:\n  pi:\n    tcp: { to: a:1 }\n    ssh: { to: a }\n',
      ['4:5 Property tcp is not allowed.'],
    ],
  ])('%s', async (_what, text, expected) => {
    expect(await marks(text)).toEqual(expected)
  })

  test('nothing where a variable stands, a block is shared, or another file may say the rest', async () => {
    const text = `
defaults:
  connectd: { encryption: xxtea }
  ssh: { to: bastion }
tunnels:
  pi:
    port: \${PORT:-33000}
    connectd:
      uid: \${PI_UID}
      max_depth: \${DEPTH}
    restart: $RESTART
  db:
    extends: pi
    ssh: { forward: a:1 }
x-mine: { anything: 1 }
`
    expect(await marks(text)).toEqual([])
  })

  test('nothing in the p2p.yaml of this project', async () => {
    expect(await marks(readFileSync('p2p.yaml', 'utf8').replace(firstLine, ''))).toEqual([])
  })
})

async function completions(text: string): Promise<string[]> {
  const { document, position } = openAt(text)
  const { items } = await service.doComplete(document, position, false)
  return items.map(({ label }) => label)
}

async function hover(text: string): Promise<string> {
  const { document, position } = openAt(text)
  const { contents = '' } = (await service.doHover(document, position)) ?? {}
  return typeof contents === 'object' && 'value' in contents ? contents.value : ''
}

async function marks(text: string): Promise<string[]> {
  const { document } = openAt(text)
  const found = await service.doValidation(document, false)
  return found.map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`)
}

/** Without the backslashes that the service puts before what Markdown would take for its own. */
function plain(text: string): string {
  return text.replaceAll('\\', '')
}

/** The text without its `|`, which is where the cursor stands. */
function openAt(text: string) {
  const whole = firstLine + text
  const at = whole.indexOf('|')
  const content = at === -1 ? whole : whole.slice(0, at) + whole.slice(at + 1)
  // The service keeps what it parsed by address and version.
  opened += 1
  const uri = pathToFileURL(`p2p.${opened}.yaml`).href
  const document = TextDocument.create(uri, 'yaml', 1, content)
  return { document, position: document.positionAt(Math.max(at, 0)) }
}

function openService() {
  const nothing = (): void => undefined
  const made = getLanguageService({
    schemaRequestService: (uri) => Promise.resolve(readFileSync(fileURLToPath(uri), 'utf8')),
    workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).href },
    telemetry: { send: nothing, sendError: nothing, sendTrack: nothing },
  })
  made.configure({ validate: true, hover: true, completion: true, customTags: [], yamlVersion: '1.2' })
  return made
}

let opened = 0
