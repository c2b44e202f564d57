/** connectd, remote.it's peer-to-peer daemon, as an initiator. Facts were observed on version 4.6, not documented. */
import { isAbsolute, resolve } from 'node:path'
import { formatEndpoint, numericHost, readEndpoint } from '../../core/text/endpoint.ts'
import type { ConnectdOptions } from '../../core/generated/schema.ts'
import type { Arg, PrivateFile, Stage } from '../../core/model.ts'
import { loginLines } from './login.ts'
import { connectdOutcomes } from './outcomes.ts'
import { connectdProblems } from './problems.ts'
import type { Account, Basics, Driver } from '../driver.ts'

const defaults = { account: 'default', encryption: 'xxtea', max_depth: 12 } as const

export const connectd: Driver<ConnectdOptions> = {
  summary: 'a remote.it service, reached peer to peer by the program connectd',
  defaults,

  compile(options, tunnel) {
    const accountName = options.account ?? defaults.account
    const account = tunnel.accounts.get(accountName) ?? null
    const uid = options.uid.toUpperCase()
    // connectd 4.6 only knows IPv4 addresses: any other text means 0.0.0.0, or a crash when read from a file.
    const bind = numericHost(tunnel.endpoint?.host ?? tunnel.bind)
    const port = tunnel.endpoint?.port ?? 0
    const server = options.server ?? null
    const program = programOf(options, tunnel)
    return {
      launch: {
        program,
        // Without -s most exits log nothing. Only -f keeps the secret out of the process list.
        args: ['-s', ...(server === null ? [] : ['-y', server]), '-f', { file: fileName }],
        env: {},
        files: [provisioningFile(options, { name: tunnel.name, uid, bind, port, account })],
        cwd: tunnel.cwd,
      },
      endpoints: tunnel.endpoint === null ? [] : [{ host: bind, port }],
      target: uid,
      // Its message alone is not enough: only the listener proves that this process holds the port.
      ready: {
        conditions: [{ kind: 'log', pattern: '^Proxy started\\.', means: saysOpen }, { kind: 'listen' }],
        timeoutMs: 90_000,
      },
      // While it waits for an IP address, a signal takes up to 10 s.
      stop: { signal: 'TERM', graceMs: 12_000 },
      outcomes:
        account === null
          ? []
          : connectdOutcomes({ account, server, program: typeof program === 'string' ? program : simulator }),
      noise,
      handshake: '^(Proxy started\\.|!!connected )',
      traffic: '^!!throughput txBps=(?!0 rxBps=0 )',
      stages: stagesOf(formatEndpoint({ host: bind, port })),
      // It writes nothing to a log before it has logged in.
      network: readEndpoint(server ?? '')?.host ?? defaultServer,
      problems: connectdProblems(options, tunnel, account),
    }
  },
}

/** One of the names that it looks up without -y. */
const defaultServer = 'fe1.yoics.net'

/** What it waits for before its first output. */
const saysOpen = 'its message "Proxy started."'

const fileName = 'connectd.conf'

/** -s also prints a heartbeat every second, and counters at the end that hide earlier lines. */
const noise =
  '^(!!(throughput |status (\\d+ seconds since|session [rt]x bytes|re-transmit|dup-in|out of order))|Leaked Memory|Static Pool)'

/** What connectd prints before it is open, and what it waits for then. */
function stagesOf(address: string): Stage[] {
  return [
    {
      log: '^(waiting for IP|Connectd in Wait State)',
      awaits: 'a network address of this machine',
      hint: "connectd finds no network: check this machine's connection",
    },
    {
      log: '^Command Processor now active',
      awaits: "the address of remote.it's service",
      hint: 'the name does not resolve: check the DNS server (/etc/resolv.conf)',
      network: true,
    },
    {
      log: '(req auth remote\\.it id |^!!status - Server Connection Retry)',
      awaits: "remote.it's answer to the login",
      hint: "check this machine's network: UDP to port 5959 must be allowed",
      network: true,
    },
    {
      log: '(^!!status - server connection changed to state 5|^timeout---Retry auto connect)',
      awaits: "the device's answer",
      hint: 'check the device in the remote.it portal, and the uid',
    },
    {
      log: '^Proxy started\\.',
      awaits: `its listener on ${address}, although connectd reports that it started one`,
      hint: 'p2p restart tries again; p2p doctor checks whether this build of connectd works here',
    },
  ]
}

/** Selects the bundled simulator, as `program` and in P2P_CONNECTD. */
const simulator = 'connectd-sim'

function programOf(options: ConnectdOptions, tunnel: Basics): Arg {
  const chosen = options.program ?? tunnel.connectdProgram ?? 'connectd'
  if (chosen === simulator) return { entry: simulator }
  const isRelativePath = options.program !== undefined && chosen.includes('/') && !isAbsolute(chosen)
  return isRelativePath ? resolve(tunnel.folder, chosen) : chosen
}

interface Target {
  name: string
  uid: string
  bind: string
  port: number
  account: Account | null
}

/** A value ends at the first space and a line with LF. A last line without LF is ignored: hence the closing comment. */
function provisioningFile(options: ConnectdOptions, { name, uid, bind, port, account }: Target): PrivateFile {
  return {
    name: fileName,
    content: [
      `# p2p tunnel ${name}\n`,
      // Makes this an initiator's file. The number is never read: p2p reconnects.
      'autoconnect 1\n',
      ...(account === null ? [] : loginLines(account)),
      `proxy_local_port ${port}\n`,
      // Without it: 0.0.0.0, every interface.
      `proxy_bind_address ${bind}\n`,
      `remote_address ${uid}\n`,
      `encryption ${encryptionLevels[options.encryption ?? defaults.encryption]}\n`,
      `max_depth ${options.max_depth ?? defaults.max_depth}\n`,
      '# end\n',
    ],
    // connectd prints the user. A word without @ may be part of any text: hiding it would make the log unreadable.
    ...(account?.user.includes('@') === true ? { hidden: { [`user of account ${account.name}`]: account.user } } : {}),
  }
}

const encryptionLevels = { none: 0, rc4: 1, xxtea: 2 } as const
