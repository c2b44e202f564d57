// The lists of the language, each written once in the schema: drivers, secret sources, conditions of `ready` and checks.

/** The drivers: the definitions with an `x-driver`. */
export function driversIn({ $defs }) {
  return Object.keys($defs).filter((name) => $defs[name]['x-driver'] === true)
}

/**
 * The schema with what follows from its lists: a reference and a description for each driver of `$defs`, and everywhere
 * else where all drivers are named.
 */
export function completed(schema) {
  const { $defs } = schema
  const drivers = driversIn(schema)
  const { properties } = $defs.tunnel
  const known = drivers.filter((name) => properties[name] !== undefined)
  const added = drivers.filter((name) => !known.includes(name)).map((name) => [name, referenceTo(name, $defs[name])])
  const all = Object.entries(properties)
  all.splice(all.findIndex(([key]) => key === known.at(-1)) + 1, 0, ...added)
  const tunnel = { ...$defs.tunnel, description: naming(drivers, $defs.tunnel), properties: Object.fromEntries(all) }
  const { tunnels } = schema.properties
  const pairs = drivers.slice(0, -1).map((name, index) => [name, { properties: refused(drivers.slice(index + 1)) }])
  const each = { ...tunnels.additionalProperties, dependentSchemas: Object.fromEntries(pairs) }
  return {
    ...schema,
    properties: {
      ...schema.properties,
      tunnels: { ...tunnels, description: naming(drivers, tunnels), additionalProperties: each },
    },
    $defs: { ...$defs, tunnel },
  }
}

/** Text of the schema of what p2p prints, with the drivers that `ps` may name. */
export function completedOutput(text, schema) {
  const names = [...driversIn(schema), null].map((name) => JSON.stringify(name)).join(', ')
  return text.replace(/(?<="driver": \{[^{}]*"enum": )\[[^\]]*\]/, `[${names}]`)
}

function referenceTo(name, { 'x-description': description, 'x-examples': examples }) {
  return { description, $ref: `#/$defs/${name}`, 'x-default': 'none', examples }
}

function refused(names) {
  return Object.fromEntries(names.map((name) => [name, false]))
}

function naming(drivers, { description }) {
  const names = listed(
    drivers.map((name) => `\`${name}\``),
    'and',
  )
  return description.replace(/(?<=exactly one of )`[^.;]*`/, names)
}

/** The kinds that a map offers: all of its keys but those that say when and how often. */
export function kindsIn({ properties }) {
  return Object.keys(properties).filter((key) => !timing.has(key))
}

const timing = new Set(['interval', 'timeout', 'retries'])

/** `a, b or c` */
export function listed(words, conjunction) {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(` ${conjunction} `)
}

/** Constants for src/core/generated/schema.ts. */
export function constants(schema) {
  const { $defs } = schema
  const health = $defs.healthcheck.anyOf.find((member) => member.properties !== undefined)
  const drivers = driversIn(schema).map((name) => [name, Object.keys($defs[name].properties ?? {})[0] ?? null])
  return `
/** The key of each driver that one word alone is taken for. */
export const mainKeys = ${literal(drivers)}
export type DriverName = keyof typeof mainKeys
export const driverNames = Object.keys(mainKeys) as DriverName[]

/** The kinds of each, with the field that holds what stands under such a key; null where it only says true. */
export const secretSources = ${literal(fields($defs.secretSource, 'name'))}
export type SecretSourceName = keyof typeof secretSources
export const readyConditions = ${literal(fields($defs.ready, 'value'))}
export const healthchecks = ${literal(fields(health, 'value'))}
`
}

function fields(map, otherwise) {
  return kindsIn(map).map((kind) => [kind, fieldFor(map.properties[kind], otherwise)])
}

function fieldFor({ $ref }, otherwise) {
  const byDefinition = { yes: null, regex: 'pattern', path: 'path', httpPath: 'path', argv: 'argv' }
  const found = byDefinition[$ref?.split('/').at(-1)]
  return found === undefined ? otherwise : found
}

function literal(entries) {
  return `{ ${entries.map(([key, value]) => `${key}: ${value === null ? null : `'${value}'`}`).join(', ')} } as const`
}
