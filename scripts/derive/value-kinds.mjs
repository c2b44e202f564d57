// Where values stand that are more than text, from the references and marks of the schema.

/** Text of src/config/generated/value-kinds.ts. */
export function valueKinds(schema) {
  return `// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.
export const valueKinds = ${JSON.stringify(kindOf(schema, schema), null, 2)} as const
`
}

function kindOf(schema, node) {
  const kind = {}
  if (node.$ref === '#/$defs/path') kind.is = 'path'
  // Text only where it is a variable: also one in quotes becomes a number or a flag.
  else if (node.$ref === '#/$defs/variable' || node.const === true) kind.is = 'typed'
  else if (node.$ref !== undefined) Object.assign(kind, kindOf(schema, schema.$defs[node.$ref.split('/').at(-1)]))
  for (const member of node.anyOf ?? []) Object.assign(kind, kindOf(schema, member))
  if (node['x-form'] !== undefined) kind.form = node['x-form']
  const keys = Object.entries(node.properties ?? {}).map(([key, value]) => [key, kindOf(schema, value)])
  const meant = keys.filter(([, value]) => Object.keys(value).length > 0)
  if (meant.length > 0) kind.keys = Object.fromEntries(meant)
  // Even of plain values: the keys are the user's own.
  if (typeof node.additionalProperties === 'object') kind.each = kindOf(schema, node.additionalProperties)
  const item = node.items === undefined ? {} : kindOf(schema, node.items)
  if (Object.keys(item).length > 0) kind.item = item
  const is = node['x-kind']
  if (is === undefined) return kind
  const isList = kind.item !== undefined || node.anyOf?.some((member) => member.type === 'array')
  return { ...kind, is, ...(isList ? { item: { ...kind.item, is } } : {}) }
}
