import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drivers } from '../../src/config/compile/compile.ts'
import { driverNames } from '../../src/core/generated/schema.ts'

test('every driver key of the language has a driver, and every driver a summary of one line', () => {
  const schema = JSON.parse(readFileSync('schemas/p2p.schema.json', 'utf8')) as {
    $defs: { tunnel: { properties: Record<string, { $ref?: string }> } }
  }
  expect(Object.keys(drivers).sort()).toEqual([...driverNames].sort())
  for (const [name, driver] of Object.entries(drivers)) {
    expect(schema.$defs.tunnel.properties[name]?.$ref).toBe(`#/$defs/${name}`)
    expect(driver.summary).toMatch(/^\S.*[^.]$/)
  }
})

test('a driver touches nothing of the outside world', () => {
  for (const file of readdirSync('src/drivers', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const text = readFileSync(`src/drivers/${file}`, 'utf8')
    const builtIns = [...text.matchAll(/from 'node:([\w/]+)'/g)].map((match) => match[1])
    expect(builtIns.filter((name) => name !== 'path')).toEqual([])
    expect(text).not.toMatch(/\bprocess\.|Date\.now|Math\.random/)
  }
})
