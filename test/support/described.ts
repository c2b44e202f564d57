/** Holds what is printed for programs to schemas/output.schema.json. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

interface Described {
  $defs: Record<string, Described>
  $ref?: string
  properties?: Record<string, Described>
  items?: Described
}

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/output.schema.json', import.meta.url), 'utf8'),
) as Described
const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
})
ajv.addSchema(schema, 'output')

/** The value of a JSON text that is as the schema says under that name, with no key that it does not describe. */
export function described(name: string, text: string): unknown {
  const value: unknown = JSON.parse(text)
  const validate = ajv.getSchema(`output#/$defs/${name}`)
  if (validate === undefined) throw new Error(`nothing is described as ${name}`)
  expect(validate(value) ? null : validate.errors).toBeNull()
  expectKnownKeys(schema.$defs[name], value)
  return value
}

function expectKnownKeys(part: Described | undefined, value: unknown): void {
  const own = part?.$ref === undefined ? part : schema.$defs[part.$ref.replace('#/$defs/', '')]
  if (Array.isArray(value)) for (const item of value) expectKnownKeys(own?.items, item)
  else if (typeof value === 'object' && value !== null && own?.properties !== undefined) {
    // What is required was checked by the schema itself.
    expect(Object.keys(value).filter((key) => own.properties?.[key] === undefined)).toEqual([])
    for (const [key, item] of Object.entries(value)) expectKnownKeys(own.properties[key], item)
  }
}
