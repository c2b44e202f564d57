// @ts-check
// Validators as plain code. ajv's standalone ESM output still contains `require`, so it passes through esbuild once.
import Ajv from 'ajv/dist/2020.js'
import { _, nil, not, or, str, stringify } from 'ajv/dist/compile/codegen/index.js'
import { resetErrorsCount } from 'ajv/dist/compile/errors.js'
import names from 'ajv/dist/compile/names.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { driversIn } from './lists.mjs'
import { strictDefinitions } from './strict.mjs'

/** Text of src/config/generated/validators.js. */
export async function validators(schema, root) {
  const ajv = new Ajv.default({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  })
  for (const keyword of keywords) ajv.removeKeyword(keyword.keyword).addKeyword(keyword)
  ajv.addSchema(strictDefinitions(schema), 'p2p')
  const drivers = driversIn(schema)
  const exported = ['project', ...drivers]
  const code = standaloneCode.default(ajv, {
    project: 'p2p#/$defs/project',
    ...Object.fromEntries(drivers.map((name) => [name, `p2p#/$defs/tunnel:${name}`])),
  })
  const { outputFiles } = await build({
    stdin: {
      contents: `${code.replaceAll('export const ', 'const ')}\nexport const validators = { ${exported.join(', ')} }\n`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    target: 'node20.19',
    platform: 'node',
    minifySyntax: true,
    legalComments: 'none',
    write: false,
  })
  return `${header}${outputFiles[0].text}`
}

/** Text of src/config/generated/validators.d.ts. */
export function validatorTypes(schema) {
  return `${header}
/**
 * Checks a value that is merged and interpolated already. After \`false\`, \`errors\` holds one error for each thing that is wrong.
 * Not reentrant: read \`errors\` before the next call.
 */
export interface Validator {
  (data: unknown): boolean
  errors?: SchemaError[] | null
}

/** An error at \`instancePath\` (a JSON pointer). */
export type SchemaError = { instancePath: string; schemaPath: string; message?: string } & (
  /** The value has another type than all of these. */
  | { keyword: 'type'; params: { type: JsonType | JsonType[] } }
  | { keyword: 'required'; params: { missingProperty: string } }
  /** A key that is not among the \`known\` ones of this map. */
  | { keyword: 'only'; params: { key: string; known: string[] } }
  /**
   * Completes the sentence \`tunnels.db.port must ...\`: \`be a port from 1 to 65535, or auto\`. \`words\` are accepted as they
   * stand; \`text\` is the pattern of a text that is, '' where there is none.
   */
  | { keyword: 'must'; params: { must: string; words: (string | boolean)[]; text: string } }
  /** The same about the name of the key itself: \`be the name of a variable\`. */
  | { keyword: 'keys'; params: { key: string; must: string } }
)

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'

export declare const validators: {
  /** The top level; \`tunnels\` only as a map of maps with good names, \`defaults\` only as a map. */
  project: Validator
  /** One whole tunnel of that driver with defaults, extends and overrides merged; blocks of other drivers are not looked at. */
${driversIn(schema)
  .map((name) => `  ${name}: Validator`)
  .join('\n')}
}
`
}

const header = `// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.\n`

// Our own keywords (see strict.mjs), as code, since standalone validators can't call functions. Two of ajv's are in place
// of its own, which would bring parts of ajv and fast-deep-equal into the program: no text is measured beyond "is it
// empty", and no list of maps has to be unique.
/** @type {(import("ajv").KeywordDefinition & { keyword: string })[]} */
const keywords = [
  {
    keyword: 'minLength',
    type: 'string',
    code: (cxt) => cxt.fail(_`${cxt.data}.length < ${cxt.schema}`),
  },
  {
    keyword: 'uniqueItems',
    type: 'array',
    code: (cxt) => cxt.fail(_`new Set(${cxt.data}).size < ${cxt.data}.length`),
  },
  {
    keyword: 'must',
    trackErrors: true,
    code(cxt) {
      const valid = cxt.gen.name('valid')
      cxt.subschema(
        { keyword: 'must', schemaProp: 'schema', compositeRule: true, createErrors: false, allErrors: false },
        valid,
      )
      cxt.result(
        valid,
        () => cxt.reset(),
        () => {
          cxt.reset()
          cxt.error()
        },
      )
    },
    error: {
      message: ({ schema }) => str`must ${schema.be}`,
      params: ({ schema }) => _`{must: ${schema.be}, words: ${stringify(schema.words)}, text: ${schema.text}}`,
    },
  },
  {
    keyword: 'byType',
    code(cxt) {
      const valid = cxt.gen.let('valid', true)
      for (const type of Object.keys(cxt.schema)) {
        cxt.gen.if(isOfType(type, cxt.data), () => {
          const part = cxt.gen.name('part')
          cxt.subschema({ keyword: 'byType', schemaProp: type }, part)
          cxt.gen.assign(valid, part)
        })
      }
      cxt.ok(valid)
    },
  },
  {
    keyword: 'keys',
    type: 'object',
    code(cxt) {
      cxt.gen.forIn('key', cxt.data, (key) => {
        const valid = cxt.gen.name('valid')
        const before = cxt.gen.const('before', names.default.errors)
        cxt.setParams({ key })
        cxt.subschema(
          {
            keyword: 'keys',
            schemaProp: 'schema',
            data: key,
            dataTypes: ['string'],
            propertyName: key,
            compositeRule: true,
            createErrors: false,
            allErrors: false,
          },
          valid,
        )
        cxt.gen.if(not(valid), () => {
          resetErrorsCount(cxt.gen, before)
          cxt.error(true)
        })
      })
      cxt.ok(true)
    },
    error: {
      message: ({ schema }) => str`key must ${schema.be}`,
      params: ({ schema, params }) => (params.key ? _`{key: ${params.key}, must: ${schema.be}}` : nil),
    },
  },
  {
    keyword: 'only',
    type: 'object',
    schemaType: 'array',
    code(cxt) {
      cxt.gen.forIn('key', cxt.data, (key) => {
        const known = or(...cxt.schema.map((name) => _`${key} === ${name}`), _`${key}.startsWith("x-")`)
        cxt.gen.if(not(known), () => {
          cxt.setParams({ key })
          cxt.error()
        })
      })
      cxt.ok(true)
    },
    error: {
      message: 'unknown key',
      params: ({ schema, params }) => (params.key ? _`{key: ${params.key}, known: ${stringify(schema)}}` : nil),
    },
  },
]

function isOfType(type, data) {
  if (type === 'array') return _`Array.isArray(${data})`
  if (type === 'object') return _`typeof ${data} == "object" && ${data} && !Array.isArray(${data})`
  return _`typeof ${data} == ${type}`
}
