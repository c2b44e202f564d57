/** Describes what differs between a tunnel as launched and as declared now. */
import { formatEndpoint } from '../text/endpoint.ts'
import type { Arg, Text, TunnelSpec } from '../model.ts'

/** `from`, `to` null: there is none. Without both, the values are private. */
export interface Change {
  what: string
  from?: string | null
  to?: string | null
}

/** All that differs. `launched` null: its specification is lost. Never has a secret or a user name. */
export function changesBetween(launched: TunnelSpec | null, declared: TunnelSpec): Change[] {
  return launched === null ? [] : [...differences(launched, declared)]
}

/** `port changed 33000 -> 33010`. */
export function changeInWords({ what, from, to }: Change): string {
  const isPrivate = from === undefined && to === undefined
  return isPrivate ? `${what} changed` : `${what} changed ${from ?? '(none)'} -> ${to ?? '(none)'}`
}

/** The first two of them, on one line. */
export function describeDrift(launched: TunnelSpec | null, declared: TunnelSpec): string {
  const found = changesBetween(launched, declared).map(changeInWords)
  if (found.length === 0) return 'options changed'
  if (found.length > 2) return `${found.slice(0, 2).join(', ')} and ${found.length - 2} more changed`
  return found.join(', ')
}

function* differences(a: TunnelSpec, b: TunnelSpec): Generator<Change> {
  if (a.driver !== b.driver) {
    yield changed('driver', a.driver, b.driver)
    return
  }
  const before = a.endpoints[0]
  const after = b.endpoints[0]
  if (a.endpoints.length <= 1 && b.endpoints.length <= 1) {
    if (before?.port !== after?.port) yield changed('port', before?.port, after?.port)
    if (before?.host !== after?.host) yield changed('bind', before?.host, after?.host)
  } else if (list(a) !== list(b)) {
    yield changed('addresses', list(a), list(b))
  }
  if (a.target !== b.target) yield changed('target', a.target, b.target)
  if (showArg(a.launch.program) !== showArg(b.launch.program)) {
    yield changed('program', showArg(a.launch.program), showArg(b.launch.program))
  }
  yield* environmentDifferences(a, b)
  yield* fileDifferences(a, b)
  if (a.launch.cwd !== b.launch.cwd) yield changed('working_dir', a.launch.cwd, b.launch.cwd)
  // A changed address or target also changes arguments: name those only if nothing else explains them.
  const explained = a.target !== b.target || list(a) !== list(b)
  if (!explained) yield* argumentDifferences(a.launch.args.map(showArg), b.launch.args.map(showArg))
}

function* environmentDifferences(a: TunnelSpec, b: TunnelSpec): Generator<Change> {
  for (const key of new Set([...Object.keys(a.launch.env), ...Object.keys(b.launch.env)])) {
    // Names only: a value may be private even if it is not a declared secret.
    if (showText(a.launch.env[key]) !== showText(b.launch.env[key])) yield { what: `environment ${key}` }
  }
}

function* fileDifferences(a: TunnelSpec, b: TunnelSpec): Generator<Change> {
  const before = keysOf(a)
  const after = keysOf(b)
  const shownAlready = new Set(['proxy_local_port', 'proxy_bind_address', 'remote_address'])
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (shownAlready.has(key) || before.get(key) === after.get(key)) continue
    // Plans end up in logs and tickets, where user names do not belong.
    if (key === 'user_id') yield { what: 'user' }
    else yield changed(key, before.get(key), after.get(key))
  }
}

/** The `key value` lines of all private files, secrets as references. */
function keysOf(spec: TunnelSpec): Map<string, string> {
  const keys = new Map<string, string>()
  for (const file of spec.launch.files) {
    for (const line of showText(file.content).split('\n')) {
      const match = /^([^#\s]\S*) (.*)$/.exec(line)
      if (match?.[1] !== undefined && match[2] !== undefined) keys.set(match[1], match[2])
    }
  }
  return keys
}

function* argumentDifferences(a: readonly string[], b: readonly string[]): Generator<Change> {
  if (a.length !== b.length) {
    yield { what: 'arguments' }
    return
  }
  for (const [index, before] of a.entries()) {
    if (before !== b[index]) yield changed('argument', before, b[index])
  }
}

function changed(what: string, before: string | number | undefined, after: string | number | undefined): Change {
  return { what, from: before?.toString() ?? null, to: after?.toString() ?? null }
}

function list(spec: TunnelSpec): string {
  return spec.endpoints.map(formatEndpoint).join(' ')
}

function showArg(arg: Arg): string {
  if (typeof arg === 'string') return arg
  return 'file' in arg ? `(${arg.file})` : arg.entry
}

function showText(text: Text | undefined): string {
  if (text === undefined) return ''
  return typeof text === 'string' ? text : text.map((piece) => (typeof piece === 'string' ? piece : '***')).join('')
}
