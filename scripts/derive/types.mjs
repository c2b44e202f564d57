// @ts-check
// TypeScript types of the language as it is after merging, interpolation and validation.
import { compile } from 'json-schema-to-typescript'
import { constants, driversIn } from './lists.mjs'
import { withoutVariable } from './strict.mjs'

/** Text of src/core/generated/schema.ts. */
export async function types(schema) {
  const { $defs, ...root } = schema
  const drivers = new Set(driversIn(schema))
  const typeName = (name) => `${name[0].toUpperCase()}${name.slice(1)}${drivers.has(name) ? 'Options' : ''}`
  const parts = ['// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.\n']
  for (const [name, node] of [['projectFile', root], ...Object.entries($defs)]) {
    if (name === 'variable' || name === 'extension') continue
    parts.push(
      await compile(typedForm(node, typeName), typeName(name), {
        bannerComment: '',
        declareExternallyReferenced: false,
        style: { semi: false, singleQuote: true, printWidth: 120 },
      }),
    )
  }
  return [...parts, constants(schema)].join('\n')
}

/** Text of src/core/generated/output.ts: what `ps --json` and `events --json` print. */
export async function outputTypes({ $defs }) {
  const events = new Set($defs.event.oneOf.map(nameOf))
  const others = { psEntry: 'Tunnel', tunnel: 'TunnelName', event: 'TunnelEvent', next: 'NextStep' }
  const typeName = (name) =>
    others[name] ?? `${name[0].toUpperCase()}${name.slice(1)}${events.has(name) ? 'Event' : ''}`
  const parts = ['// Generated from schemas/output.schema.json by npm run derive. Do not edit.\n']
  for (const name of reachable($defs, ['psEntry', 'event'])) {
    const { title, ...node } = $defs[name]
    const form = node.oneOf === undefined ? node : { description: node.description, anyOf: node.oneOf }
    parts.push(
      await compile(typedForm(form, typeName), typeName(name), {
        bannerComment: '',
        additionalProperties: false,
        style: { semi: false, singleQuote: true, printWidth: 120 },
      }),
    )
  }
  return parts.join('\n')
}

function nameOf({ $ref }) {
  return $ref.split('/').at(-1)
}

/** These definitions and those that they refer to. */
function reachable($defs, names) {
  const found = new Set(names)
  for (const name of found)
    for (const [, next] of JSON.stringify($defs[name]).matchAll(/"#\/\$defs\/(\w+)"/g)) found.add(next)
  return found
}

// What only editors, people or validators need goes away, and a reference becomes the name of the type it refers to (a
// reference with siblings would be copied instead).
function typedForm(node, typeName) {
  const typed = (part) => typedForm(part, typeName)
  if (node.$ref !== undefined) return { description: node.description, tsType: typeName(node.$ref.split('/').at(-1)) }
  if (node.anyOf !== undefined) {
    const members = withoutVariable(node.anyOf).map(typed)
    return {
      description: node.description ?? node['x-description'],
      ...(members.length === 1 ? members[0] : { anyOf: members }),
    }
  }
  const out = {}
  const description = node.description ?? node['x-description']
  if (description !== undefined) out.description = description
  for (const key of ['type', 'const', 'enum', 'minItems']) {
    if (node[key] !== undefined) out[key] = node[key]
  }
  if (node.items !== undefined) out.items = typed(node.items)
  if (node.properties !== undefined) {
    out.properties = Object.fromEntries(Object.entries(node.properties).map(([key, value]) => [key, typed(value)]))
    out.required = [...(node.required ?? []), ...(node['x-strict']?.required ?? [])]
  }
  if (node.additionalProperties === false) out.additionalProperties = false
  else if (node.additionalProperties !== undefined) out.additionalProperties = typed(node.additionalProperties)
  return out
}
