// What may vary from one exploration to the next: how large the world is, how a void is kept, and which mistake is made.
import type { Machine } from './machine.ts'

/** Each leaves out or turns around one rule of the protocol. The text completes "what if ...". */
export const mistakes = {
  'no settling': 'an unclaimed attempt is taken for one that never ran, instead of being voided first',
  'claim not exclusive': 'the launcher writes over a run file that exists',
  'commit after spawn': 'the launcher is spawned before state.json names its attempt',
  'voids removed at once': 'the file of a voided attempt goes with its record',
  'record removed first': 'a tunnel is taken off the record before its processes are stopped',
  'lock stolen': 'the lock of a living owner is succeeded',
  'lock deleted first': 'the lock of a dead owner is deleted, then its number is taken',
  'no second listing': 'who made a lock does not look for a higher one',
  'start time ignored': 'a lock is held while any process has the PID of its owner',
  'boot id ignored': 'a lock outlives the boot it was taken under',
  'PID trusted': 'recorded PIDs are signalled without asking for the nonce',
  'no wait for p': 'TERM is sent to a launcher whose program has not begun',
  'no KILL': 'a tunnel counts as stopped when its grace is over',
  'leader only': 'only the launcher is signalled and waited for',
  'group only': 'processes that left the group are not looked for',
  'no second scan': 'what appeared after the first scan is not looked for',
  'damage read as empty': 'a damaged state.json counts as one without tunnels',
  'no look under the lock': 'the supervisor acts on what it saw before it held the lock',
  'claims ignored': 'the supervisor launches what a living command is about to launch',
  'older intent': 'an up that waited for a need does not read again what is wanted',
  'leaves without the lock': 'the supervisor exits on what it read before it held the lock',
} as const
export type Mistake = keyof typeof mistakes

/**
 * How a launcher that runs late is kept from starting its program.
 * `hour`: the void file is removed an hour later. `boot`: it stays until the boot id in state.json is another one.
 * `marker`: the same, with the boot id in a file of its own that is written where files are swept.
 * `folder`: the attempt is claimed inside a folder of its own, and voided by `rmdir`.
 */
type Form = 'hour' | 'boot' | 'marker' | 'folder'

/** Things that may happen at any time, each at the price of one of the scope's `mishaps`. */
export type Mishap =
  | 'launcher killed'
  | 'launcher frozen'
  | 'program ends'
  | 'program ignores TERM'
  | 'process leaves its group'
  | 'PID reused'
  | 'state.json damaged'
  | 'state.json lost'
  | 'empty state.json put back'
  | 'an hour passes'

export interface Rules {
  left: Machine['left']
  commands: readonly ('up' | 'down' | 'restart' | 'purge')[]
  /** At the same time: 1 or 2. */
  parallel: number
  supervisor: boolean
  /** `up` may have to wait for what the tunnel depends on. */
  needs: boolean
  mishaps: readonly Mishap[]
  form: Form
  /** What is adopted that state.json lacks: attempts whose launcher has reported, or all that specs.json names. */
  adopts: 'reported' | 'named'
  /** What `down --purge` leaves in the folder; nothing: the folder goes. */
  purgeKeeps: readonly ('locks' | 'voids')[]
  /** `own`: only what is one's own is freed. `careful`: who finds a living owner below at the second listing withdraws, too. */
  lock: 'by number' | 'own' | 'careful'
  mistakes: ReadonlySet<Mistake>
}

/** One operation of one process, or of the system. Returns false, and changes nothing, where it is not possible. */
export interface Step<Subject> {
  name: string
  take: (m: Machine, subject: Subject) => boolean
}

export function step<Subject>(name: string, take: Step<Subject>['take']): Step<Subject> {
  return { name, take }
}
