// @ts-check
// The published schema made strict: what must hold once variables are expanded and files are merged.
//
// An editor needs a tolerant schema (a variable may stand anywhere, another file may supply what is missing here) with
// standard keywords; a person needs one message per error. So the strict form has its own keywords, each of which makes
// exactly one error: `must` (x-must), `byType` (an anyOf whose members have different types: only the one that is meant
// is looked at), `keys` (propertyNames) and `only` (additionalProperties: false, naming the keys that are known).

import { driversIn, kindsIn, listed } from './lists.mjs'

const valueKeywords = ['const', 'enum', 'pattern', 'minLength', 'minItems', 'minimum', 'maximum', 'oneOf', 'not']
const forPeople = ['description', 'patternErrorMessage']
const variable = '#/$defs/variable'
/** Ends the pattern of a text in whose place a variable may stand. */
const orVariable = '|\\$[{A-Za-z_]'

/** `{ $defs }` with the strict form of every definition, `project` and one whole tunnel per driver (`tunnel:ssh`) added. */
export function strictDefinitions(schema) {
  const strict = strictly(schema)
  const drivers = driversIn(schema)
  const $defs = Object.fromEntries(
    Object.entries(schema.$defs)
      .filter(([name]) => name !== 'tunnel' && name !== 'variable' && name !== 'extension')
      .map(([name, node]) => [name, strict(node)]),
  )
  const { defaults, tunnels, ...properties } = schema.properties
  const project = strict({ ...schema, properties })
  // Tunnels and defaults get their own validation, driver by driver, after merging.
  project.properties.defaults = { type: 'object' }
  project.properties.tunnels = {
    type: 'object',
    keys: keyRule(schema, tunnels),
    additionalProperties: { type: 'object' },
  }
  project.only = Object.keys(schema.properties)
  $defs.project = project
  const { only, properties: keys, ...tunnel } = strict(schema.$defs.tunnel)
  const common = Object.fromEntries(Object.entries(keys).filter(([key]) => !drivers.includes(key)))
  $defs.common = { properties: common }
  for (const driver of drivers) {
    const own = { [driver]: keys[driver] }
    $defs[`tunnel:${driver}`] = { ...tunnel, $ref: '#/$defs/common', properties: own, required: [driver], only }
  }
  return { $defs }
}

/** The members of an anyOf without those that only editors need. */
export function withoutVariable(anyOf) {
  return anyOf.filter((member) => member.$ref !== variable && member['x-short'] !== true)
}

export function resolve(schema, node) {
  return node.$ref === undefined ? node : resolve(schema, schema.$defs[node.$ref.split('/').at(-1)])
}

function strictly(schema) {
  return function strict(node) {
    if (node.$ref !== undefined) return { $ref: node.$ref }
    const out = {}
    // Where a certain form of text is asked for, that is also what to say about a number.
    if (node.type !== undefined && node.pattern === undefined) out.type = node.type
    if (node['x-must'] !== undefined) out.must = mustRule(node)
    else if (node.anyOf !== undefined) Object.assign(out, byType(schema, node, strict))
    else refuseWordless(node)
    if (node.items !== undefined) out.items = strict(node.items)
    if (node.properties !== undefined) out.properties = mapValues(node.properties, strict)
    if (node.propertyNames !== undefined) out.keys = keyRule(schema, node)
    if (node.additionalProperties === false) out.only = Object.keys(node.properties)
    else if (node.additionalProperties !== undefined) out.additionalProperties = strict(node.additionalProperties)
    const merged = { ...node['x-strict'], ...choiceIn(node) }
    const required = [...(node.required ?? []), ...(merged.required ?? [])]
    if (required.length > 0) out.required = required
    const rules = [...(merged['x-must'] === undefined ? [] : [merged]), ...(merged.allOf ?? [])]
    if (rules.length > 0) out.allOf = rules.map((rule) => ({ must: mapRule(rule, out.only) }))
    return out
  }
}

function choiceIn(node) {
  const { 'x-exactly-one': exactly, 'x-at-most-one': atMost } = node['x-strict'] ?? {}
  if (exactly === undefined && atMost === undefined) return {}
  const kinds = kindsIn(node)
  const each = kinds.map((kind) => ({ required: [kind] }))
  const words = listed(kinds, 'or')
  return exactly === undefined
    ? { 'x-must': `name only one ${atMost}: ${words}`, oneOf: [...each, { not: { anyOf: each } }] }
    : { 'x-must': `name exactly one ${exactly}: ${words}`, oneOf: each }
}

function mustRule(node) {
  const schema = {}
  for (const keyword of valueKeywords) if (node[keyword] !== undefined) schema[keyword] = plain(node[keyword])
  if (schema.pattern?.endsWith(orVariable)) schema.pattern = schema.pattern.slice(0, -orVariable.length)
  if (schema.pattern !== undefined) schema.type = 'string'
  if (node.anyOf !== undefined) schema.anyOf = plain(withoutVariable(node.anyOf))
  return { be: node['x-must'], words: wordsOf(node), text: schema.pattern ?? '', schema }
}

/** The values that are accepted word by word: what a mistyped one may have meant. */
function wordsOf(node) {
  if (node.enum !== undefined) return node.enum
  if (node.const !== undefined) return [node.const]
  if (node.type === 'boolean') return [true, false]
  return (node.anyOf ?? []).flatMap(wordsOf)
}

// What is no map at all, or has a key that nobody knows, has its own message already.
function mapRule(rule, known) {
  const { schema, ...words } = mustRule(rule)
  const unknownKey = { not: { propertyNames: { pattern: `^(x-.*|${known.join('|')})$` } } }
  return { ...words, schema: { anyOf: [{ not: { type: 'object' } }, unknownKey, schema] } }
}

function keyRule(schema, node) {
  return mustRule(resolve(schema, node.propertyNames))
}

function byType(schema, node, strict) {
  const members = withoutVariable(node.anyOf)
  const chosen = {}
  for (const member of members) {
    for (const type of typesOf(schema, member)) {
      if (chosen[type] !== undefined) throw new Error(`two members of an anyOf are both ${type}: give it an x-must`)
      chosen[type] = strict(member)
    }
  }
  const type = Object.keys(chosen)
  // Where the names of the types say too little or too much, the schema has words of its own.
  const be = node['x-kinds']
  return {
    ...(be === undefined ? { type } : { must: { be, words: wordsOf(node), text: '', schema: { type } } }),
    byType: chosen,
  }
}

function typesOf(schema, node) {
  const meant = resolve(schema, node)
  if (meant.type === undefined && meant.anyOf !== undefined) {
    return withoutVariable(meant.anyOf).flatMap((member) => typesOf(schema, member))
  }
  if (meant.type === undefined) throw new Error(`a member of an anyOf has no type: ${JSON.stringify(node)}`)
  return [meant.type].flat()
}

// An error of one of these keywords would reach people without words.
function refuseWordless(node) {
  const wordless = valueKeywords.filter((keyword) => node[keyword] !== undefined)
  if (wordless.length > 0) throw new Error(`${wordless.join()} without x-must: ${JSON.stringify(node)}`)
}

// Inside a `must` only true or false matters.
function plain(node) {
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node
  const known = Object.entries(node).filter(([key]) => !key.startsWith('x-') && !forPeople.includes(key))
  return Object.fromEntries(known.map(([key, value]) => [key, plain(value)]))
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
