import { Document, isMap, isScalar, visit, type Pair, type Scalar } from 'yaml'
import type { Tree } from './resolved.ts'

/** A resolved project as YAML that loads again. Small maps of a tunnel take one line each. */
export function asYaml(tree: Tree): string {
  // Quoted as well is what other programs, which read YAML 1.1, would take for a number or for false: `no`, `22:22`.
  const options = { version: '1.2', schema: 'core', compat: 'yaml-1.1', aliasDuplicateObjects: false } as const
  const document = new Document(tree, options)
  visit(document, { Pair: layOut, Scalar: quoteInvisible })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

const onOneLine = new Set(['ready', 'healthcheck', 'stop', 'logs'])

function layOut(_key: unknown, { key, value }: Pair): void {
  if (isScalar(key) && onOneLine.has(String(key.value)) && isMap(value)) value.flow = true
}

/** Characters that a terminal obeys or hides are written as escapes, which only double quotes know. */
function quoteInvisible(_key: unknown, scalar: Scalar): void {
  if (typeof scalar.value === 'string' && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
}
