/** How connectd 4.6 exits: by the numbers of connectd/exits.ts, or by its output. */
import { exitStatus, refusedStatus } from '../../connectd/exits.ts'
import { isDottedQuad } from '../../connectd/values.ts'
import { readEndpoint } from '../../core/text/endpoint.ts'
import type { ExitRule } from '../../core/model.ts'
import { secretWords, whereToCorrect } from './login.ts'
import type { Account } from '../driver.ts'
import { byStatus, cannotLoad, lasting, passing, seeLog, stopped, table, weak } from '../outcomes.ts'

export interface Setup {
  account: Account
  /** The given address of the remote.it service; null: connectd looks it up. */
  server: string | null
  /** Name or path. */
  program: string
}

export function connectdOutcomes({ account, server, program }: Setup): ExitRule[] {
  return [
    lasting(
      { status: 127 },
      'program.missing',
      `${program} was not found${program.includes('/') ? '' : ' on PATH'}`,
      'install connectd (github.com/remoteit/misc_bins_and_scripts), or set its path with P2P_CONNECTD or connectd.program; program: connectd-sim tries p2p without it',
    ),
    ...cannotLoad,
    ...signs,
    passing(
      { status: exitStatus('auth'), opened: true },
      'connectd.exited',
      'connectd exited with status 11 after the tunnel was open: it crashed, or remote.it refused its login',
      seeLog,
    ),
    ...numbered(account).flatMap(alsoByWords),
    ...refusals,
    ...crashes(server),
    passing({ status: 0 }, 'connectd.ended', 'connectd exited without a reason (status 0)', seeLog),
  ]
}

/**
 * It catches its own crash too, prints the line of 003, and exits with the number of the signal: 11 is also a refused login.
 * After SIGTERM and SIGINT it says the same words. Only words say that the port is taken: connectd exits with status 0, which
 * later versions may change. With -f, each start uses another UDP port.
 */
const signs = [
  ...table({})`
  passing connectd.crashed (^!!exit \[003\] : t|^Connectd T)erminat(ion|ed) from [sS]ignal (?!(1|2|15)\b)(?<signal>\d+)
    connectd crashed (signal {signal})
    ${seeLog}
  lasting connectd.port-taken Cannot Bind (Proxy )?Port
    port {port} is already in use by {holder}
    stop that program, or set another port, then p2p up {name}`,
  ...table({ status: exitStatus('udp-taken') })`
  passing connectd.udp-port-taken Cannot Bind UDP Port (?<udp>\d+)
    UDP port {udp}, which connectd picked, is already in use
    p2p doctor names the program that uses it; a retry picks another port`,
]

/** Exits with a number of their own. */
function numbered(account: Account): ExitRule[] {
  return [
    stopped({ status: exitStatus('signal') }, 'connectd.stopped', 'stopped by a signal (connectd 003)'),
    lasting(
      { status: exitStatus('auth') },
      'connectd.auth',
      `remote.it refused the user or the ${secretWords(account)} of account ${account.name}`,
      `correct its user, or ${whereToCorrect(account)}, then p2p up {name}`,
    ),
    lasting(
      { status: exitStatus('bad-user') },
      'connectd.bad-user',
      `remote.it does not know the user of account ${account.name}`,
      'its user is the e-mail address of the remote.it account; correct it, then p2p up {name}',
    ),
    ...byStatus`
  lasting connectd.disabled ${exitStatus('disabled')}
    connectd reports that it is disabled
    check the device in the remote.it portal
  passing connectd.target-offline ${exitStatus('target-offline')}
    the device does not answer: it is offline, or its service is
    check the device in the remote.it portal, and the uid
  passing connectd.session ${exitStatus('session')}
    no session with the device could be established
    check the device in the remote.it portal
  passing connectd.service-unreachable ${exitStatus('service-down')}
    remote.it could not be reached within a minute
    check this machine's network: UDP to port 5959 must be allowed
  passing connectd.no-uid ${exitStatus('no-uid')}
    remote.it gave connectd no identity to connect with
    ${seeLog}
  passing connectd.peer-closed ${exitStatus('peer-closed')}
    the device closed the connection or stopped responding
    check that the device is on and has network
  passing connectd.peer-failed ${exitStatus('peer-failed')}
    the connection to the device failed
    check that the device is on and has network
  passing connectd.shutdown ${exitStatus('shutdown')}
    the device or remote.it ended the connection
  passing connectd.unknown ${exitStatus('unknown')}
    connectd exited for an unknown reason (025)
    ${seeLog}`,
  ]
}

/** Its words name the number too, and count more than a status, which a crash or a wrapper script may share. */
function alsoByWords(row: ExitRule): ExitRule[] {
  const number = String(row.when.status).padStart(3, '0')
  return [{ ...row, when: { log: `^!!exit \\[${number}\\]` } }, row]
}

const refusedWith = table({ status: refusedStatus })

/** One status for many errors: only the output distinguishes them. */
const refusals: ExitRule[] = [
  ...refusedWith`
  passing connectd.lifetime process lifetime expired
    its lifetime expired (connectd 001)
  lasting connectd.disabled Has Been Disabled by Configuration
    connectd reports that it is disabled by configuration
    check the device in the remote.it portal`,
  // Also its last words about a file that it refused.
  ...weak(refusedWith`
  passing connectd.file-unreadable failed to read config file
    connectd could not read the provisioning file that p2p wrote for it
    p2p up {name} writes it again; p2p logs {name} shows its path`),
  ...refusedWith`
  lasting connectd.file-refused (Adapter is not set|UID is not set|Provisioning File Signature Failure)
    connectd rejected the provisioning file that p2p wrote for it
    check that the program is connectd 4.6 or later: connectd -h shows its version
  lasting connectd.usage ^(usage:|Unknown protocol)
    connectd rejected its command line
    check that the program is connectd 4.6 or later: connectd -h shows its version`,
  passing(
    { status: refusedStatus, opened: true },
    'connectd.exited',
    'connectd exited with status 1 after the tunnel was open',
    null,
  ),
  lasting({ status: refusedStatus }, 'connectd.refused', 'connectd refused to start (status 1)', seeLog),
]

const segmentationFault = 128 + 11

function crashes(server: string | null): ExitRule[] {
  const atStart = { status: segmentationFault, opened: false, withinMs: 15_000 }
  const words = 'connectd crashed on start (SIGSEGV)'
  const looksUp = !isDottedQuad(readEndpoint(server ?? '')?.host ?? '')
  // One retry, in case it was an accident.
  const twice = (when: ExitRule['when'], reason: string, hint: string): ExitRule[] => [
    passing({ ...when, firstTry: true }, 'connectd.crashed-at-start', reason, hint),
    lasting(when, 'connectd.crashed-at-start', reason, hint),
  ]
  const unexplained = [words, `p2p doctor checks whether this build runs here; ${seeLog}`] as const
  // Observed: the static 4.6 build crashes when the C library of a current system resolves a name for it.
  const lookedUp = [
    `${words}, as static builds do when they resolve the name of the remote.it service`,
    'p2p doctor checks this build; use one made for this system, or set connectd.server to ADDRESS:PORT',
  ] as const
  return [
    // It asked for a login, so it found the service.
    ...twice({ ...atStart, log: 'req auth remote\\.it id ' }, ...unexplained),
    ...(looksUp ? twice(atStart, ...lookedUp) : twice(atStart, ...unexplained)),
    passing({ status: segmentationFault }, 'connectd.crashed', 'connectd crashed (SIGSEGV)', seeLog),
  ]
}
