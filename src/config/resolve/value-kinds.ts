/** Where in a p2p.yaml values stand that are more than text: secrets, paths, lists with a second form. */

export interface ValueKind {
  /** Meaning of a scalar here. */
  is?: 'secret' | 'path' | 'key-path' | 'program' | 'environment' | 'as-written'
  /** A second form of the value, to be turned into the one that merges well. */
  form?: 'names' | 'assignments' | 'list'
  /** What stands under these keys. */
  keys?: Readonly<Record<string, ValueKind>>
  /** What stands under every other key: the keys are the user's own. */
  each?: ValueKind
  /** What stands in the items of a list. */
  item?: ValueKind
}

const path: ValueKind = { is: 'path' }

/** In `{ file: PATH }` a path; the words of a reference are plain text. */
const secret: ValueKind = { is: 'secret', keys: { file: path } }

/** Numbers of another program: `007` is not 7 there. */
const asWritten: ValueKind = { is: 'as-written', item: { is: 'as-written' } }

const tunnel: ValueKind = {
  keys: {
    working_dir: path,
    env_file: { form: 'list', is: 'path', item: { is: 'path', keys: { path } } },
    environment: { form: 'assignments', each: { is: 'environment', keys: { file: path } } },
    depends_on: { form: 'names', each: {} },
    labels: { each: {} },
    extends: { keys: { file: path } },
    connectd: { keys: { program: { is: 'program' } } },
    // ssh expands ~ and %d in these itself.
    ssh: {
      keys: { identity: { is: 'key-path', item: { is: 'key-path' } }, config: path, options: { each: asWritten } },
    },
  },
}

export const top: ValueKind = {
  keys: {
    include: { item: { is: 'path', keys: { path, env_file: { is: 'path', item: path } } } },
    accounts: { each: { keys: { password: secret, auth_hash: secret, auth_token: secret } } },
    defaults: tunnel,
    tunnels: { each: tunnel },
  },
}

const plain: ValueKind = {}

export function under(kind: ValueKind, key: string): ValueKind {
  // Own keys only: a key may be called `constructor`.
  if (kind.keys !== undefined && Object.hasOwn(kind.keys, key)) return kind.keys[key] ?? plain
  return kind.each ?? plain
}

export function inList(kind: ValueKind): ValueKind {
  return kind.item ?? plain
}
