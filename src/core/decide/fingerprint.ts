/** Whether a tunnel would be launched as it was: drift is a difference of fingerprints. */
import { createHash } from 'node:crypto'
import type { Arg, Endpoint, LaunchSpec, Text } from '../model.ts'

/**
 * Hash of what is launched: two tunnels with the same one run the same thing. Hex, 32 digits.
 *
 * A secret counts only as "a secret stands here": the hash is kept in the state and shown by `config --hash`, and a
 * hash of a weak password can be guessed offline. Hence a changed secret is no drift.
 */
export function fingerprint(what: { launch: LaunchSpec; endpoints: readonly Endpoint[] }): string {
  const { program, args, env, files, cwd } = what.launch
  // Arrays in a fixed order, so that neither the order of keys in a file nor of fields in our types counts.
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

/** Changed together with the shape above: then everything counts as changed once, instead of by accident. */
const formatVersion = 1

function argument(arg: Arg): unknown {
  if (typeof arg === 'string') return arg
  return 'file' in arg ? { file: arg.file } : { entry: arg.entry }
}

/** The same text has one form, however it was cut into pieces. */
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
