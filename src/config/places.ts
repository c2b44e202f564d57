/** Where in a p2p.yaml values stand that are more than text: secrets, paths, lists with a second form. */

export interface Place {
  /** Meaning of a scalar here. */
  is?: 'secret' | 'path' | 'key-path' | 'program' | 'environment' | 'as-written'
  /** A second form of the value, to be turned into the one that merges well. */
  form?: 'names' | 'assignments' | 'list'
  /** What stands under these keys. */
  keys?: Readonly<Record<string, Place>>
  /** What stands under every other key: the keys are the user's own. */
  each?: Place
  /** What stands in the items of a list. */
  item?: Place
}

const path: Place = { is: 'path' }

/** In `{ file: PATH }` a path; the words of a reference are plain text. */
const secret: Place = { is: 'secret', keys: { file: path } }

/** Numbers of another program: `007` is not 7 there. */
const asWritten: Place = { is: 'as-written', item: { is: 'as-written' } }

const tunnel: Place = {
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

export const top: Place = {
  keys: {
    include: { item: { is: 'path', keys: { path, env_file: { is: 'path', item: path } } } },
    accounts: { each: { keys: { password: secret, auth_hash: secret, auth_token: secret } } },
    defaults: tunnel,
    tunnels: { each: tunnel },
  },
}

const plain: Place = {}

export function under(place: Place, key: string): Place {
  // Own keys only: a key may be called `constructor`.
  if (place.keys !== undefined && Object.hasOwn(place.keys, key)) return place.keys[key] ?? plain
  return place.each ?? plain
}

export function inList(place: Place): Place {
  return place.item ?? plain
}
