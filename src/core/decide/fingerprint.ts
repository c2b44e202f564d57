/** Fingerprints of launches: drift is a difference of fingerprints. */
import { createHash } from 'node:crypto'
import type { Arg, Endpoint, LaunchSpec, Text } from '../model.ts'

/** Hash of what is launched, 32 hex digits. Never of a secret: a weak password could be guessed from it. */
export function fingerprint(what: { launch: LaunchSpec; endpoints: readonly Endpoint[] }): string {
  const { program, args, env, files, cwd } = what.launch
  // Arrays in a fixed order: the order of keys and fields must not count.
  const canonical = [
    formatVersion,
    argument(program),
    args.map(argument),
    Object.entries(env)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, content(value)]),
    files.map((file) => [file.name, content(file.content)]),
    cwd,
    what.endpoints.map(({ host, port }) => [host, port]),
  ]
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 32)
}

/** Increment when the shape above changes: every tunnel then counts as changed. */
const formatVersion = 1

function argument(arg: Arg): unknown {
  if (typeof arg === 'string') return arg
  return 'file' in arg ? { file: arg.file } : { entry: arg.entry }
}

/** One form for the same text, however it is split. */
function content(text: Text): unknown {
  const pieces: (string | null)[] = []
  for (const piece of typeof text === 'string' ? [text] : text) {
    const last = pieces.at(-1)
    if (typeof piece !== 'string') pieces.push(null)
    else if (typeof last === 'string') pieces[pieces.length - 1] = last + piece
    else if (piece !== '') pieces.push(piece)
  }
  return pieces
}
