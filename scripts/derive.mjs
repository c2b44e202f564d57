// @ts-check
// Derives from schemas/p2p.schema.json everything that must say the same as the schema: TypeScript types, validators that
// need no schema compiler at run time, and the reference page. Completes the schema where it names all drivers. `--check` writes nothing and fails when a file is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { completed, completedOutput } from './derive/lists.mjs'
import { reference } from './derive/reference.mjs'
import { outputTypes, types } from './derive/types.mjs'
import { valueKinds } from './derive/value-kinds.mjs'
import { validatorTypes, validators } from './derive/validators.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const schema = completed(JSON.parse(readFileSync(join(root, 'schemas/p2p.schema.json'), 'utf8')))
const output = completedOutput(readFileSync(join(root, 'schemas/output.schema.json'), 'utf8'), schema)
const style = await resolveConfig(join(root, 'schemas/REFERENCE.md'))

const derived = {
  'schemas/p2p.schema.json': await format(JSON.stringify(schema), { parser: 'json', ...style }),
  'schemas/output.schema.json': output,
  'src/core/generated/schema.ts': await types(schema),
  'src/core/generated/output.ts': await outputTypes(JSON.parse(output)),
  'src/config/generated/validators.js': await validators(schema, root),
  'src/config/generated/validators.d.ts': validatorTypes(schema),
  'src/config/generated/value-kinds.ts': valueKinds(schema),
  'schemas/REFERENCE.md': await reference(schema, style),
}

const stale = Object.entries(derived).filter(([path, text]) => {
  const file = join(root, path)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})

if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is stale: npm run derive`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.error(`wrote ${path}`)
  }
}
