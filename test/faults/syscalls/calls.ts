/** System calls of p2p in a trace of strace: which they are, what each was about, and how each can fail. */

/** The errors that each call can give, of those that are tried. */
const errorsOf: Record<string, readonly string[]> = {
  openat: ['EACCES', 'EIO', 'EMFILE', 'EINTR'],
  read: ['EIO', 'EINTR'],
  pread64: ['EIO', 'EINTR'],
  readv: ['EIO', 'EINTR'],
  write: ['ENOSPC', 'EIO', 'EINTR'],
  pwrite64: ['ENOSPC', 'EIO', 'EINTR'],
  rename: ['ENOSPC', 'EIO', 'EACCES'],
  link: ['ENOSPC', 'EIO', 'EACCES'],
  symlink: ['ENOSPC', 'EIO', 'EACCES'],
  unlink: ['EIO', 'EACCES'],
  mkdir: ['ENOSPC', 'EIO', 'EACCES'],
  rmdir: ['EIO', 'EACCES'],
  statx: ['EIO', 'EACCES'],
  newfstatat: ['EIO', 'EACCES'],
  fstat: ['EIO'],
  access: ['EIO', 'EACCES'],
  readlink: ['EIO', 'EACCES'],
  getdents64: ['EIO', 'EINTR'],
  fsync: ['ENOSPC', 'EIO', 'EINTR'],
  ftruncate: ['ENOSPC', 'EIO', 'EINTR'],
  truncate: ['EIO', 'EACCES', 'EINTR'],
  chmod: ['EIO', 'EACCES'],
  fchmod: ['EIO'],
  pipe2: ['EMFILE'],
  // The kernel gives none of the five for it.
  clone: ['EAGAIN', 'ENOMEM'],
  socket: ['EMFILE', 'EACCES'],
  bind: ['EACCES'],
  connect: ['EACCES', 'EINTR'],
  inotify_init1: ['EMFILE'],
  inotify_add_watch: ['ENOSPC', 'EACCES'],
}

export const allCalls: readonly string[] = Object.keys(errorsOf)

/** The first thing that p2p itself does is to open its pack: what comes before is Node's start. */
export const firstOwnLine = /daily-[0-9a-f]+\.pack/

interface Call {
  name: string
  /** The how-manyth of its name, from one: what strace counts by. */
  nth: number
  /** What it was about: its path or descriptor without what differs from run to run, and the how-manyth of that kind. */
  what: string
  injected: boolean
}

/** The calls in a trace, those of Node's start included. */
export function callsIn(trace: string, home: string): Call[] {
  const nths = new Map<string, number>()
  const times = new Map<string, number>()
  return trace.split('\n').flatMap((line) => {
    const name = /^(\w+)\(/.exec(line)?.[1]
    if (name === undefined || !(name in errorsOf)) return []
    const nth = (nths.get(name) ?? 0) + 1
    nths.set(name, nth)
    const kind = kindOf(name, line, home)
    if (kind === null) return []
    const time = (times.get(kind) ?? 0) + 1
    times.set(kind, time)
    return [{ name, nth, what: `${kind} #${time}`, injected: line.includes('(INJECTED)') }]
  })
}

/** Null: not about a file. */
function kindOf(name: string, line: string, home: string): string | null {
  if (['pipe2', 'clone', 'socket', 'bind', 'inotify_init1'].includes(name)) return name
  const path = /^\w+\(\d+<(\/[^>]*)>/.exec(line)?.[1] ?? /"(\/[^"]*)"/.exec(line)?.[1]
  if (name === 'connect') return `connect ${path ?? ''}`
  if (path === undefined || path.startsWith('/dev/')) return null
  const creates = name === 'openat' && line.includes('O_CREAT') ? ' to create' : ''
  return `${name} ${withoutChance(path, home)}${creates}`
}

/** Random parts and numbers of processes differ in each run. */
function withoutChance(path: string, home: string): string {
  return path
    .replace(home, '~')
    .replace(/[0-9a-f]{32}/g, 'NONCE')
    .replace(/[0-9a-f]{12}(?=\.tmp)/, 'TEMP')
    .replace(/\/proc\/\d+/, '/proc/PID')
    .replace(/\/(fd|fdinfo)\/\d+/, '/$1/N')
    .replace(/\/(lock|sup)\.\d+$/, '/$1.N')
    .replace(/-[0-9a-f]{12}(?=$|\/)/g, '-ID')
}

/** One call that fails once. */
export interface Point {
  name: string
  nth: number
  what: string
  error: string
}

/** Every call once with each of its errors. Polls ask the same again and again: the first and the second of a kind count. */
export function pointsIn(calls: readonly Call[], isOwn: (call: Call) => boolean): Point[] {
  return calls
    .filter((call) => isOwn(call) && /#[12]$/.test(call.what))
    .flatMap(({ name, nth, what }) => {
      const creating = what.includes(' to create') ? ['ENOSPC'] : []
      return [...(errorsOf[name] ?? []), ...creating].map((error) => ({ name, nth, what, error }))
    })
}
