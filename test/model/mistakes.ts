// Deliberate mistakes: each leaves out or turns around one rule of the protocol, and must be found in its scope.
import type { Invariant } from './invariants.ts'
import type { Mistake } from './rules.ts'
import type { Scope } from './scopes.ts'

const small = 'two commands'
const processes = 'two commands, one mishap of processes'
const watched = 'needs, claims and the supervisor'
const unrecorded = 'what runs is on record'

export const found: Record<Mistake, { scope: Scope; harm: Invariant }> = {
  'no settling': { scope: small, harm: unrecorded },
  'claim not exclusive': { scope: small, harm: unrecorded },
  'commit after spawn': { scope: 'damaged files, two crashes', harm: unrecorded },
  'voids removed at once': { scope: small, harm: unrecorded },
  'record removed first': { scope: small, harm: unrecorded },
  'lock stolen': { scope: small, harm: unrecorded },
  'lock deleted first': { scope: watched, harm: 'one holder of the lock' },
  'no second listing': { scope: watched, harm: 'one holder of the lock' },
  'start time ignored': { scope: processes, harm: 'every command ends' },
  'boot id ignored': { scope: 'two commands and a reboot', harm: 'every command ends' },
  'PID trusted': { scope: 'the supervisor, two mishaps of processes', harm: 'nothing foreign is signalled' },
  'no wait for p': { scope: small, harm: 'a program that obeys TERM is not killed' },
  'no KILL': { scope: processes, harm: 'down that reports success leaves nothing' },
  'leader only': { scope: small, harm: 'down that reports success leaves nothing' },
  'group only': { scope: processes, harm: 'down that reports success leaves nothing' },
  'no second scan': { scope: processes, harm: 'down that reports success leaves nothing' },
  'damage read as empty': { scope: 'damaged files, two crashes', harm: 'one program at most' },
  'no look under the lock': { scope: watched, harm: 'nothing is opened after it was closed' },
  'claims ignored': { scope: watched, harm: 'what a living command claims is left to it' },
  'older intent': { scope: watched, harm: 'nothing is opened after it was closed' },
  'leaves without the lock': { scope: watched, harm: 'where a tunnel is wanted a supervisor stays' },
}
