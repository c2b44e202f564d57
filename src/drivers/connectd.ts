/**
 * connectd, remote.it's peer-to-peer daemon, as an initiator. What is said about it here was observed on version 4.6; its
 * own documentation differs in places.
 */
import { isAbsolute, resolve } from 'node:path'
import type { ConnectdOptions } from '../core/generated/schema.ts'
import type { Arg, PrivateFile, SecretLimits, SecretRef } from '../core/model.ts'
import { unreachable } from '../core/unreachable.ts'
import { connectdOutcomes } from './connectd-outcomes.ts'
import { connectdProblems } from './connectd-problems.ts'
import type { Account, Basics, Driver } from './driver.ts'

export const connectd: Driver<ConnectdOptions> = {
  summary: 'a remote.it service, reached peer to peer by the program connectd',

  compile(options, tunnel) {
    const accountName = options.account ?? 'default'
    const account = tunnel.accounts.get(accountName) ?? null
    const uid = options.uid.toUpperCase()
    const bind = dottedQuad(tunnel.endpoint?.host ?? tunnel.bind)
    const port = tunnel.endpoint?.port ?? 0
    return {
      launch: {
        program: program(options, tunnel),
        // Without -s most endings leave no line. -f is the only form that keeps the secret out of the process list.
        args: ['-s', ...(options.server === undefined ? [] : ['-y', options.server]), '-f', { file: fileName }],
        env: {},
        files: [provisioningFile(options, { name: tunnel.name, uid, bind, port, account })],
        cwd: tunnel.cwd,
      },
      endpoints: tunnel.endpoint === null ? [] : [{ host: bind, port }],
      target: uid,
      // Its own word alone is not enough: only the listener says that it is this process that holds the port.
      ready: { conditions: [{ kind: 'log', pattern: '^Proxy started\\.' }, { kind: 'listen' }], timeoutMs: 90_000 },
      // While it waits for an IP address it heeds a signal only after up to 10 s.
      stop: { signal: 'TERM', graceMs: 12_000 },
      outcomes: connectdOutcomes(accountName),
      problems: connectdProblems(options, tunnel, account),
    }
  },
}

const fileName = 'connectd.conf'

/** The word that means the bundled simulator, as `program` and in P2P_CONNECTD. */
const simulator = 'connectd-sim'

function program(options: ConnectdOptions, tunnel: Basics): Arg {
  const chosen = options.program ?? tunnel.connectdProgram ?? 'connectd'
  if (chosen === simulator) return { entry: simulator }
  const isRelativePath = options.program !== undefined && chosen.includes('/') && !isAbsolute(chosen)
  return isRelativePath ? resolve(tunnel.folder, chosen) : chosen
}

/** connectd 4.6 knows IPv4 addresses only: any other text becomes 0.0.0.0, or crashes it when it stands in a file. */
function dottedQuad(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host
}

interface Connection {
  name: string
  uid: string
  bind: string
  port: number
  account: Account | null
}

/**
 * Keys and values are separated by spaces and a value ends at the next blank; lines end with LF; the last line is ignored
 * when it has no line end, hence a comment to close with.
 */
function provisioningFile(options: ConnectdOptions, { name, uid, bind, port, account }: Connection): PrivateFile {
  return {
    name: fileName,
    content: [
      `# p2p tunnel ${name}\n`,
      // Its presence alone makes this an initiator's file. The number is never read: reconnecting is p2p's part.
      'autoconnect 1\n',
      ...(account === null ? [] : [`user_id ${account.user}\n`, ...login(account)]),
      `proxy_local_port ${port}\n`,
      // Left out, it means 0.0.0.0: every interface.
      `proxy_bind_address ${bind}\n`,
      `remote_address ${uid}\n`,
      `encryption ${encryptionLevels[options.encryption ?? 'xxtea']}\n`,
      `max_depth ${options.max_depth ?? 12}\n`,
      '# end\n',
    ],
  }
}

const encryptionLevels = { none: 0, rc4: 1, xxtea: 2 } as const

function login({ name, secret }: Account): (string | SecretRef)[] {
  switch (secret.kind) {
    case 'password':
      return ['auth_pass ', limited(secret.ref, passwordLimits, `give account ${name} an auth_hash instead`), '\n']
    case 'auth-hash':
      return ['auth_hash ', limited(secret.ref, hashLimits, 'copy the service_authhash of the account'), '\n']
    case 'token':
      return [
        `auth_index ${secret.index}\n`,
        'auth_token ',
        limited(secret.ref, tokenLimits, 'copy the token once more'),
        '\n',
      ]
    default:
      return unreachable(secret)
  }
}

function limited(ref: SecretRef, limits: SecretLimits, hint: string): SecretRef {
  return { ...ref, limits, hint }
}

const oneWord = { pattern: '^[^\\s\\x00-\\x1f\\x7f]+$', patternMeans: 'no blanks' }

/** Of a password in a file connectd keeps the first 31 characters and only the first word, without a message. */
const passwordLimits: SecretLimits = { maxLength: 31, ...oneWord }
const hashLimits: SecretLimits = { pattern: '^[0-9A-Fa-f]{40}$', patternMeans: '40 hexadecimal digits' }
/** A line of about 1,020 characters sends connectd into an endless loop. */
const tokenLimits: SecretLimits = { maxLength: 1000, ...oneWord }
