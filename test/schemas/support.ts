import { readFileSync } from 'node:fs'

/** A node of a JSON schema, as far as the tests look at it. */
export interface Node {
  $ref?: string
  description?: string
  default?: unknown
  examples?: unknown[]
  type?: string | string[]
  pattern?: string
  patternErrorMessage?: string
  properties?: Record<string, Node>
  additionalProperties?: Node | false
  patternProperties?: Record<string, Node>
  propertyNames?: Node
  items?: Node
  anyOf?: Node[]
  $defs?: Record<string, Node>
  'x-default'?: string
  'x-description'?: string
  'x-must'?: string
  'x-strict'?: object
}

export const schema = JSON.parse(readFileSync('schemas/p2p.schema.json', 'utf8')) as Node & {
  $defs: Record<string, Node>
}

/** Every node with its place in the schema, root first. */
export function everyNode(node: Node = schema, place = '#'): { node: Node; place: string }[] {
  const children: [string, Node | false | undefined][] = [
    ...entries('properties', node.properties),
    ...entries('$defs', node.$defs),
    ...(node.anyOf ?? []).map((member, index): [string, Node] => [`anyOf/${index}`, member]),
    ['items', node.items],
    ['propertyNames', node.propertyNames],
    ['additionalProperties', node.additionalProperties],
  ]
  return [
    { node, place },
    ...children.flatMap(([name, child]) =>
      child === undefined || child === false ? [] : everyNode(child, `${place}/${name}`),
    ),
  ]
}

function entries(name: string, nodes: Record<string, Node> | undefined): [string, Node][] {
  return Object.entries(nodes ?? {}).map(([key, node]) => [`${name}/${key}`, node])
}
