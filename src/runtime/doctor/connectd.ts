/**
 * Which connectd runs the tunnels, whether it runs on this system, and what it says about the network. `-h` prints its
 * banner and the usage, and touches nothing. `-n` is connectd's own network diagnostics: it looks up the name of the remote.it
 * service and sends a few packets there. The first lookup is also what kills the static build of 4.6 on a system with a
 * current C library, so one run of it answers both questions.
 */
import type { Finding } from '../../core/finding.ts'
import type { TunnelSpec } from '../../core/model.ts'
import { isDottedQuad } from '../../connectd/values.ts'
import { inheritedFrom } from '../secrets/environment.ts'
import { runHelper, type HelperResult } from '../process/run-helper.ts'
import { findProgram } from '../process/find-program.ts'
import { readBanner, readDiagnosis, type Diagnosis } from './connectd-words.ts'
import type { Patient } from './check.ts'
import { tunnelList } from './programs.ts'

export async function examineConnectd({ ctx, project }: Patient): Promise<Finding[]> {
  const chosen = ctx.env['P2P_CONNECTD'] ?? ''
  const tunnels = project?.tunnels.filter(({ driver }) => driver === 'connectd') ?? []
  const env = inheritedFrom(ctx.env, project?.secretVariables ?? []).variables
  const findings = simulated(tunnels)
  const programs = programsOf(tunnels)
  // No tunnel needs one: worth a look all the same before a p2p.yaml is written.
  if (tunnels.length === 0) programs.set(chosen === '' || chosen === simulator ? 'connectd' : chosen, [])
  for (const [program, users] of programs) {
    const look = findProgram(program, env, users[0]?.launch.cwd ?? ctx.cwd)
    const origin = program === chosen ? 'P2P_CONNECTD' : program.includes('/') ? 'program:' : 'PATH'
    if (look.kind === 'found') findings.push(...(await examineProgram({ path: look.path, origin, users, env })))
    else if (users.length === 0) findings.push(notNeeded(program))
  }
  return findings
}

const simulator = 'connectd-sim'

/** Programs by name or path, each with the tunnels that it runs; the simulator is none of them. */
function programsOf(tunnels: readonly TunnelSpec[]): Map<string, TunnelSpec[]> {
  const programs = new Map<string, TunnelSpec[]>()
  for (const spec of tunnels) {
    const { program } = spec.launch
    if (typeof program === 'string') programs.set(program, [...(programs.get(program) ?? []), spec])
  }
  return programs
}

function simulated(tunnels: readonly TunnelSpec[]): Finding[] {
  const names = tunnels.filter(({ launch }) => typeof launch.program !== 'string').map(({ name }) => name)
  if (names.length === 0) return []
  return [finding('note', 'connectd.simulator', isSimulator, tunnelList(names), realOne)]
}

const isSimulator = 'its connectd is the simulator, which reaches no device'
const realOne = 'for the real connectd take away program: connectd-sim (or unset P2P_CONNECTD)'

function notNeeded(program: string): Finding {
  const message = `${program} was not found; only tunnels of remote.it need it`
  return finding('note', 'connectd.missing', message, null, null)
}

interface Found {
  path: string
  /** Who chose it. */
  origin: string
  users: readonly TunnelSpec[]
  env: Readonly<Record<string, string>>
}

const bannerTimeoutMs = 10_000

async function examineProgram(found: Found): Promise<Finding[]> {
  const { path, origin, users } = found
  const where = `${path} (${origin})`
  const answer = await run(found, '-h', bannerTimeoutMs)
  const level = users.length === 0 ? 'note' : 'problem'
  if (crashed(answer)) {
    return [finding(level, 'connectd.crashes', 'it crashes before it prints anything (SIGSEGV)', where, otherBuild)]
  }
  if (answer.kind === 'late') {
    const message = `it gave no answer to -h within ${bannerTimeoutMs / 1000} s`
    return [finding(level, 'connectd.silent', message, where, `try ${path} -h in your shell`)]
  }
  const banner = answer.kind === 'missing' ? null : readBanner(answer.stdout)
  if (banner === null) {
    const message = 'it can not be run here, or is no connectd: it does not print what connectd prints first'
    return [finding(level, 'connectd.unknown', message, where, otherBuild)]
  }
  const { version, system, built } = banner
  if (banner.isSimulator) return [finding('note', 'connectd.simulator', isSimulator, where, realOne)]
  const message = `connectd ${version}${system === null ? '' : ` for ${system}`}${built === null ? '' : `, built ${built}`}`
  const hint = isKnown(version) ? null : 'p2p was made for connectd 4.6 and 4.7: look at p2p logs if something differs'
  return [
    finding(hint === null ? 'ok' : 'note', 'connectd.found', message, where, hint),
    ...(await examineNetwork(found)),
  ]
}

const otherBuild =
  'take the build for this system: https://github.com/remoteit/misc_bins_and_scripts/tree/master/connectd'

/** 4.6 was observed; 4.7 is known from its list of changes. */
function isKnown(version: string): boolean {
  return /^4\.[67](\.|$)/.test(version)
}

const networkTimeoutMs = 90_000

async function examineNetwork(found: Found): Promise<Finding[]> {
  const { path, users } = found
  const where = `${path} -n`
  const result = await run(found, '-n', networkTimeoutMs)
  if (crashed(result)) {
    const needsNames = users.some(({ launch }) => !hasServerAddress(launch.args))
    const message =
      'it crashes in its network diagnostics (SIGSEGV), as static builds do when they look up a name on this system'
    const code = 'connectd.crashes-at-lookup'
    const hint = `set connectd.server to ADDRESS:PORT for tunnels that use it, or ${otherBuild}`
    return [finding(needsNames ? 'problem' : 'note', code, message, where, hint)]
  }
  if (result.kind === 'late' || result.kind === 'missing') {
    const message = `its network diagnostics gave no result within ${networkTimeoutMs / 1000} s`
    return [finding('note', 'network.unknown', message, where, `try ${path} -n in your shell`)]
  }
  return networkFindings(readDiagnosis(result.stdout), where)
}

/** Whether connectd is told an address to go to, and so looks up no name. */
function hasServerAddress(args: TunnelSpec['launch']['args']): boolean {
  const server = args[args.indexOf('-y') + 1]
  return args.includes('-y') && typeof server === 'string' && isDottedQuad(server.replace(/:\d+$/, ''))
}

function networkFindings({ dns, tcp, udp, router, compatible }: Diagnosis, where: string): Finding[] {
  const rows: [said: boolean | null, code: string, good: string, bad: string, hint: string][] = [
    [
      dns,
      'network.dns',
      'names can be looked up',
      'names can not be looked up',
      'look at /etc/resolv.conf and at the network: is this machine online?',
    ],
    [
      tcp,
      'network.tcp',
      'remote.it can be reached by TCP',
      'remote.it can not be reached by TCP',
      'look for a firewall or a proxy that stands between',
    ],
    [
      udp,
      'network.udp',
      ['remote.it can be reached by UDP', ...router].join('; '),
      'remote.it can not be reached by UDP, and tunnels need that',
      'let UDP out to port 5959 and above: firewalls of companies and of guest networks often do not',
    ],
    [
      compatible,
      'network.self-test',
      'its self-tests pass on this system',
      'its self-tests do not all pass on this system',
      otherBuild,
    ],
  ]
  const findings = rows.flatMap(([said, code, good, bad, hint]) => {
    if (said === null) return []
    return [finding(said ? 'ok' : 'problem', code, said ? good : bad, where, said ? null : hint)]
  })
  if (findings.length > 0) return findings
  const message = 'its network diagnostics say nothing that p2p knows'
  return [finding('note', 'network.unknown', message, where, `read them yourself: ${where}`)]
}

function run({ path, env }: Found, option: string, timeoutMs: number): Promise<HelperResult> {
  // A relative connectd.conf or the like must not be in the way: it reads none in the root folder.
  return runHelper({ argv: [path, option], cwd: '/', env, timeoutMs, capture: true })
}

/** As the system tells it, or as a shell in between does. */
function crashed(result: HelperResult): boolean {
  return result.kind === 'failed' && (result.signal === 'SIGSEGV' || result.status === 128 + 11)
}

function finding(
  level: Finding['level'],
  code: string,
  message: string,
  where: string | null,
  hint: string | null,
): Finding {
  return { level, topic: code.startsWith('network.') ? 'network' : 'programs', code, message, where, hint }
}
