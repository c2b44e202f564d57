import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { everyNode, schema, type Node } from './support.ts'

const keys = everyNode().flatMap(({ node, place }) =>
  Object.entries(node.properties ?? {}).map(([key, value]) => ({ key, value, place: `${place}/properties/${key}` })),
)
const definitions = Object.entries(schema.$defs).map(([name, value]) => ({ place: `#/$defs/${name}`, value }))

const ajv = new Ajv.default({ strict: false, allErrors: true })
ajv.addSchema(schema, 'p2p')

function accepts(place: string, value: unknown): string {
  const validate = ajv.getSchema(`p2p${place.replaceAll('^', '%5E')}`)
  if (validate === undefined) throw new Error(`no schema at ${place}`)
  return validate(value) === true ? 'accepted' : ajv.errorsText(validate.errors)
}

describe('an editor can explain every key', () => {
  test.each(keys)('$place', ({ place, value }) => {
    expect(value.description).toMatch(/^\S[^]*[.:)]$/)
    expect(value.default !== undefined || value['x-default'] !== undefined).toBe(true)
    expect(value.examples?.length ?? 0).toBeGreaterThan(0)
    for (const example of value.examples ?? []) expect(accepts(place, example)).toBe('accepted')
    if (value.default !== undefined) expect(accepts(place, value.default)).toBe('accepted')
  })

  test('and every kind of value', () => {
    for (const { value } of definitions) expect(value.description ?? value['x-description']).toMatch(/^\S[^]*[.:)]$/)
  })
})

describe('every map', () => {
  const maps = everyNode().filter(({ node }) => node.properties !== undefined)

  test.each(maps)('$place refuses unknown keys and lets x- keys pass', ({ node }) => {
    expect(node.additionalProperties).toBe(false)
    expect(node.patternProperties).toEqual({ '^x-': { $ref: '#/$defs/extension' } })
  })
})

describe('a variable may stand', () => {
  test.each([
    ['port', 'tunnel'],
    ['bind', 'tunnel'],
    ['restart', 'tunnel'],
    ['uid', 'connectd'],
    ['encryption', 'connectd'],
    ['max_depth', 'connectd'],
    ['dynamic', 'ssh'],
    ['port', 'sshForward/anyOf/1'],
    ['max_connections', 'tcp'],
    ['idle_timeout', 'tcp'],
    ['retries', 'healthcheck/anyOf/0'],
    ['signal', 'stop'],
    ['max_size', 'logs'],
    ['keep', 'logs'],
    ['condition', 'dependency'],
  ])('in %s of %s, for an editor', (key, definition) => {
    expect(accepts(`#/$defs/${definition}/properties/${key}`, '${ANY:-thing}')).toBe('accepted')
    expect(accepts(`#/$defs/${definition}/properties/${key}`, '!nothing of the kind!')).not.toBe('accepted')
  })
})

test('what an editor says about a pattern is what p2p says', () => {
  const told = everyNode().filter(({ node }) => node['x-must'] !== undefined)
  for (const { node } of told) {
    const patterned = [node, ...(node.anyOf ?? [])].filter((part): part is Node => part.pattern !== undefined)
    for (const part of patterned) expect(part.patternErrorMessage).toBe(`must ${node['x-must'] ?? ''}`)
  }
})
