/** Variables, paths, secrets and short forms of one file. */
import { isAbsolute, resolve as resolvePath } from 'node:path'
import {
  fillTemplate,
  isMalformed,
  parseTemplate,
  variablesOf,
  type Room,
  type Unset,
} from '../../core/text/template.ts'
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { dotted, type ConfigErrors, type Path } from '../text/errors.ts'
import { forwardAsMap, namesAsMap, normalForm, top, under, type ValueKind } from './value-kinds.ts'
import type { Scope, Variables } from './variables.ts'
import { isSecretName } from '../text/secret-names.ts'
import { isUrl, type Span } from '../text/source.ts'
import {
  brokenAt,
  isPlainNull,
  listOf,
  mapOf,
  noKeys,
  over,
  part,
  plainValue,
  type BrokenNode,
  type MapEntry,
  type FilledVariable,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../text/tree.ts'

export interface Resolving {
  scope: Scope
  variables: Variables
  errors: ConfigErrors
  /** Where ~/ leads. */
  home: string | null
  /** In an override, plain nulls remove keys. */
  isOverride: boolean
  /** For all values of the file that hold variables. */
  room: Room
}

/** Also drops extensions (`x-...`). Secrets stay as written; what has an error becomes a broken node. */
export function resolveFile(tree: MapNode, resolving: Resolving): MapNode {
  return resolveMap(tree, top, [], resolving)
}

function resolveNode(node: Node, kind: ValueKind, path: Path, resolving: Resolving): Node {
  const formed = kind.form === undefined ? node : normalForm(node, kind.form)
  switch (formed.kind) {
    case 'map':
      return resolveMap(formed, kind, path, resolving)
    case 'list': {
      const resolve = (item: Node, index: number): Node =>
        resolveNode(item, kind.item ?? {}, [...path, index], resolving)
      const list = listOf(formed, formed.items.map(resolve))
      // Only now: a variable may stand for a name.
      return kind.form === 'names' ? namesAsMap(list) : list
    }
    case 'scalar': {
      const value = resolveScalar(formed, kind, path, resolving)
      return kind.form === 'forward' ? forwardAsMap(value) : value
    }
    case 'secret':
    case 'broken':
      return formed
    default:
      return unreachable(formed)
  }
}

function resolveMap(map: MapNode, kind: ValueKind, path: Path, resolving: Resolving): MapNode {
  const entries = new Map<string, MapEntry>()
  const removed = new Set<string>()
  for (const [key, { key: at, value }] of map.entries) {
    if (key.startsWith('x-') && kind.each === undefined) continue
    if (resolving.isOverride && isPlainNull(value)) removed.add(key)
    else {
      const resolved = resolveNode(value, under(kind, key), [...path, key], resolving)
      entries.set(key, { key: at, value: resolving.isOverride ? over(resolved) : resolved })
    }
  }
  return mapOf(map, entries, removed.size === 0 ? noKeys : removed)
}

function resolveScalar(node: ScalarNode, kind: ValueKind, path: Path, resolving: Resolving): Node {
  // Digits may be a secret too.
  if (node.value !== null && isSecretPlace(kind, path)) return checkedSecret(node, path, resolving)
  if (typeof node.value === 'number' && kind.is === 'as-written') return { ...node, value: node.text }
  if (typeof node.value !== 'string') return node
  const expanded = expand(node, kind, path, resolving)
  if (expanded.kind === 'broken' || typeof expanded.value !== 'string') return expanded
  const moved = absolute(expanded.value, kind, expanded, resolving)
  return moved === expanded.value ? expanded : { ...expanded, value: moved, text: moved }
}

/** An environment value is a secret if its name says so; elsewhere `${PATH}` must work as usual. */
function isSecretPlace(kind: ValueKind, path: Path): boolean {
  if (kind.is === 'secret') return true
  return kind.is === 'environment' && isSecretName(String(path.at(-1)))
}

function checkedSecret(node: ScalarNode, path: Path, { errors }: Resolving): Node {
  const template = parseTemplate(node.text)
  if (!isMalformed(template))
    return { kind: 'secret', source: node.source, start: node.start, end: node.end, text: node.text }
  errors.add({
    code: 'bad-variable',
    message: `${dotted(path)} ${template.message}`,
    path,
    at: node,
    hint: plainDollar,
  })
  return brokenAt(node)
}

const plainDollar = 'write $$ for a plain $'

function expand(node: ScalarNode, kind: ValueKind, path: Path, resolving: Resolving): ScalarNode | BrokenNode {
  const { scope, variables, errors, room } = resolving
  if (!node.text.includes('$')) return node
  const template = parseTemplate(node.text)
  if (isMalformed(template)) {
    const message = `${dotted(path)} ${template.message}`
    errors.add({ code: 'bad-variable', message, path, at: part(node, template), hint: plainDollar })
    return brokenAt(node)
  }
  const filled: FilledVariable[] = []
  const broken: string[] = []
  const lookup = (name: string): string | undefined => {
    const found = variables.find(name, scope)
    if (found.found === 'nothing') return undefined
    if (found.found === 'value') filled.push({ name, at: found.at })
    else broken.push(name)
    return found.found === 'value' ? found.text : ''
  }
  const { text, unset, fits } = fillTemplate(template, lookup, room)
  if (!fits) {
    const message = `with ${dotted(path)} the variables of this file are longer than 1 MiB`
    const hint = `use shorter values for ${variablesOf(template).join(', ')}`
    errors.add({ code: 'variable-too-long', message, path, at: node, hint, once: { cause: 'room', also: 'also here' } })
    return brokenAt(node)
  }
  for (const missing of unset) reportUnset(missing, node, path, resolving)
  if (broken.length > 0 || unset.length > 0) return brokenAt(node)
  const plain = node.plain || kind.is === 'typed'
  return { ...node, text, plain, value: plain ? plainValue(text) : text, filled }
}

function reportUnset(
  { variable: { name, start, end }, because }: Unset,
  node: ScalarNode,
  path: Path,
  { scope, variables, errors }: Pick<Resolving, 'scope' | 'variables' | 'errors'>,
): void {
  const cause = `${node.source.order} ${name} ${because ?? ''}`
  if (errors.isFullyReported('variable-unset', cause)) return
  const known = didYouMean(name, variables.namesIn(scope))
  const isForHook = path.includes('hooks') && /^P2P_(?:EVENT|TUNNEL|REASON)$/.test(name)
  const hint = isForHook
    ? `$$${name}: the hook gets it when it runs`
    : known === null
      ? `set ${name} in the environment or in .env, or write \${${name}:-default}`
      : `\${${known}}`
  const reason = because === null || because === '' ? '' : `: ${because}`
  const message = `${dotted(path)} needs the variable ${name}, which is not set${reason}`
  const once = { cause, also: 'also needed here' }
  errors.add({ code: 'variable-unset', message, path, at: part(node, { start, end }), hint, once })
}

function absolute(text: string, { is }: ValueKind, { source }: Span, { home }: Resolving): string {
  if ((is !== 'path' && is !== 'key-path' && is !== 'program') || text === '' || isUrl(text)) return text
  if (is === 'program' && !text.includes('/')) return text
  if (is === 'key-path') return /^[~%]/.test(text) ? text : resolvePath(source.folder, text)
  if (home !== null && /^~(?:\/|$)/.test(text)) return resolvePath(home, `.${text.slice(1)}`)
  // Only a shell can expand `~user`; the user of the path reports it.
  return isAbsolute(text) || text.startsWith('~') ? text : resolvePath(source.folder, text)
}
