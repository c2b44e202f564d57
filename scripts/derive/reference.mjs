// @ts-check
// The reference page of the language, from the schema's own words.
import { format } from 'prettier'
import { stringify } from 'yaml'
import { driversIn } from './lists.mjs'
import { resolve, withoutVariable } from './strict.mjs'

/** Text of schemas/REFERENCE.md; `style`: as prettier formats the rest of the repository. */
export async function reference(schema, style) {
  const page = [intro, chapter(schema, 'Top level', schema)]
  for (const [name, title] of chaptersOf(schema)) page.push(chapter(schema, title, schema.$defs[name]))
  page.push(kinds(schema))
  return format(page.join('\n\n'), { parser: 'markdown', ...style })
}

const intro = `<!-- Generated from schemas/p2p.schema.json by npm run derive. Do not edit. -->

# The p2p.yaml reference

Every key of the language, what it means, what it is when left out, and how it is written. The same words appear in
editors that know \`p2p.schema.json\`; this line at the top of a p2p.yaml tells them where it is:

\`\`\`yaml
# yaml-language-server: $schema=./schemas/p2p.schema.json
\`\`\`

Any value may contain a variable: \`\${NAME}\`, \`\${NAME:-default}\`, \`\${NAME:?message}\`; \`$$\` is a plain \`$\`. Keys that
begin with \`x-\` are yours, at the top level and in every map whose keys are not your own names.

Files and tunnels merge: maps key by key, lists one after the other. The tag \`!override\` before a list or a map replaces
what is below instead: in an override file, in a tunnel with \`extends\`, and over a value of \`defaults\`. A plain null
removes a key there. Editors accept the tag with the setting
\`"yaml.customTags": ["!override mapping", "!override sequence"]\`.

\`\`\`yaml
tunnels:
  db:
    profiles: !override [dev]
\`\`\``

// In the order in which people meet them. A definition that is missing here is described where it is used.
const chapters = {
  tunnel: 'A tunnel',
  connectd: 'Keys of connectd',
  ssh: 'Keys of ssh',
  sshForward: 'Keys of an entry of forward',
  sshReverse: 'Keys of reverse',
  tcp: 'Keys of tcp',
  shellLine: 'Keys of command',
  account: 'An account',
  secretSource: 'A secret source',
  dependency: 'Keys of an entry of depends_on',
  ready: 'Keys of ready',
  healthcheck: 'Keys of healthcheck',
  stop: 'Keys of stop',
  hooks: 'Keys of hooks',
  logs: 'Keys of logs',
  include: 'Keys of an entry of include',
  extends: 'Keys of extends',
  envFile: 'Keys of an entry of env_file',
}

/** With a chapter for each driver whose keys have none above. */
function chaptersOf(schema) {
  const mapOf = (name) => mapIn(schema, schema.$defs[name])
  const described = new Set([undefined, ...Object.keys(chapters).map(mapOf)])
  const others = driversIn(schema).filter((name) => !described.has(mapOf(name)))
  return [...Object.entries(chapters), ...others.map((name) => [name, `Keys of ${name}`])]
}

function chapter(schema, title, node) {
  const { properties } = mapIn(schema, node)
  const intro =
    node === schema ? node.description : (resolve(schema, node).description ?? resolve(schema, node)['x-description'])
  return [`## ${title}`, intro, ...Object.entries(properties).map(([key, value]) => entry(schema, key, value))].join(
    '\n\n',
  )
}

// The map among the forms that a definition allows, however deep.
function mapIn(schema, node) {
  const meant = resolve(schema, node)
  if (meant.properties !== undefined) return meant
  const inner = [...(meant.anyOf ?? []), ...(meant.items ? [meant.items] : [])]
  return inner.map((member) => mapIn(schema, member)).find((found) => found !== undefined)
}

function entry(schema, key, node) {
  const unset = node.default === undefined ? node['x-default'] : `\`${oneLine(node.default)}\``
  return [
    `### \`${key}\``,
    node.description,
    `- Value: ${valueOf(schema, node)}\n- Default: ${unset}`,
    ['```yaml', node.examples.map((example) => written(key, example)).join('\n# or\n'), '```'].join('\n'),
  ].join('\n\n')
}

function valueOf(schema, node) {
  const kind = kindWords[node.$ref?.split('/').at(-1)]
  if (kind !== undefined) return kind
  const meant = resolve(schema, node)
  const must = node['x-must'] ?? meant['x-must']
  if (must?.startsWith('be ')) return must.slice(3)
  if (meant.anyOf !== undefined) {
    return [...new Set(withoutVariable(meant.anyOf).map((member) => valueOf(schema, member)))].join(', or ')
  }
  return [meant.type]
    .flat()
    .map((type) => typeWords[type](schema, meant))
    .join(', ')
}

const kindWords = {
  name: 'name',
  profile: 'name of a profile',
  path: 'path',
  regex: 'regular expression',
  argv: 'list of program and arguments',
}

const typeWords = {
  string: () => 'text',
  number: () => 'number',
  boolean: () => 'true or false',
  array: (schema, node) => `list (each: ${valueOf(schema, node.items)})`,
  object: (schema, node) =>
    node.properties === undefined
      ? `map of names (each: ${valueOf(schema, node.additionalProperties)})`
      : mapWords(schema, node),
}

function mapWords(schema, node) {
  const named = chaptersOf(schema).find(([name]) => mapIn(schema, schema.$defs[name]) === node)
  if (named === undefined) return `map with ${Object.keys(node.properties).join(', ')}`
  return `map, see [${named[1]}](#${named[1]
    .toLowerCase()
    .replace(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-')})`
}

function written(key, example) {
  return typeof example === 'object' && example !== null
    ? stringify({ [key]: example }, { lineWidth: 0 }).trimEnd()
    : `${key}: ${oneLine(example)}`
}

function oneLine(value) {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

function kinds(schema) {
  const named = ['name', 'profile', 'address', 'duration', 'size', 'path', 'regex', 'httpPath', 'argv', 'secret']
  const rows = named.map((name) => {
    const { 'x-description': description, 'x-examples': examples } = schema.$defs[name]
    return `| ${name} | ${description} | ${examples.map((example) => `\`${oneLine(example)}\``).join(' ')} |`
  })
  return ['## Kinds of values', '| kind | what it is | examples |\n| --- | --- | --- |', ...rows]
    .join('\n')
    .replace('values\n', 'values\n\n')
}
