// Checks which connectd runs the tunnels, whether it works here, and the network. `-h` only prints; `-n`, its network diagnostics,
// looks up the remote.it service, which also crashes the static build of 4.6 with a current C library.
import type { Finding } from '../../core/finding.ts'
import type { TunnelSpec } from '../../core/model.ts'
import { isDottedQuad } from '../../connectd/values.ts'
import { inheritedFrom } from '../secrets/environment.ts'
import { runHelper, type HelperResult } from '../process/run-helper.ts'
import { findProgram } from '../process/find-program.ts'
import { missingNetwork } from '../process/network.ts'
import { readBanner, readDiagnosis, type Diagnosis } from './connectd-words.ts'
import { findingsOn, type Patient } from './check.ts'
import { tunnelList } from './programs.ts'

export async function examineConnectd({ ctx, project }: Patient): Promise<Finding[]> {
  const chosen = ctx.env['P2P_CONNECTD'] ?? ''
  const tunnels = project?.tunnels.filter(({ driver }) => driver === 'connectd') ?? []
  const env = inheritedFrom(ctx.env, project?.secretVariables ?? []).variables
  const findings = simulated(tunnels)
  const programs = programsOf(tunnels)
  // No tunnel needs one yet, but a p2p.yaml may be about to.
  if (tunnels.length === 0) programs.set(chosen === '' || chosen === simulator ? 'connectd' : chosen, [])
  for (const [program, users] of programs) {
    const look = findProgram(program, env, users[0]?.launch.cwd ?? ctx.cwd)
    const origin = program === chosen ? 'P2P_CONNECTD' : program.includes('/') ? 'program:' : 'PATH'
    if (look.kind === 'found') findings.push(...(await examineProgram({ path: look.path, origin, users, env })))
    else if (users.length === 0)
      findings.push(
        finding('note', 'connectd.missing', `${program} was not found; only remote.it tunnels need it`, null),
      )
  }
  return findings
}

const simulator = 'connectd-sim'

/** Programs by name or path, each with its tunnels; without the simulator. */
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

const isSimulator = 'its connectd is the simulator, which connects to no device'
const realOne = 'for the real connectd remove program: connectd-sim (or unset P2P_CONNECTD)'

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
    const message = `-h timed out after ${bannerTimeoutMs / 1000} s`
    return [finding(level, 'connectd.silent', message, where, `try ${path} -h in your shell`)]
  }
  const banner = answer.kind === 'missing' ? null : readBanner(answer.stdout)
  if (banner === null) {
    const message = 'it cannot run here or is not connectd: it did not print the banner of connectd'
    return [finding(level, 'connectd.unknown', message, where, otherBuild)]
  }
  const { version, system, built } = banner
  if (banner.isSimulator) return [finding('note', 'connectd.simulator', isSimulator, where, realOne)]
  const message = `connectd ${version}${system === null ? '' : ` for ${system}`}${built === null ? '' : `, built ${built}`}`
  const hint = isKnown(version) ? null : 'p2p supports connectd 4.6 and 4.7: check p2p logs if something differs'
  return [
    finding(hint === null ? 'ok' : 'note', 'connectd.found', message, where, hint),
    ...(await examineNetwork(found)),
  ]
}

const otherBuild =
  'use the build for this system: https://github.com/remoteit/misc_bins_and_scripts/tree/master/connectd'

/** 4.6 was tested; 4.7 is known from its change log. */
function isKnown(version: string): boolean {
  return /^4\.[67](\.|$)/.test(version)
}

/** A working network takes seconds; without names it never ends. */
const networkTimeoutMs = 15_000

async function examineNetwork(found: Found): Promise<Finding[]> {
  const { path, users } = found
  const where = `${path} -n`
  const result = await run(found, '-n', networkTimeoutMs)
  if (crashed(result)) {
    const needsNames = users.some(({ launch }) => !hasServerAddress(launch.args))
    const message =
      'it crashes in its network diagnostics (SIGSEGV), as static builds do at a name lookup on this system'
    const code = 'connectd.crashes-at-lookup'
    const hint = `set connectd.server to ADDRESS:PORT for its tunnels, or ${otherBuild}`
    return [finding(needsNames ? 'problem' : 'note', code, message, where, hint)]
  }
  if (result.kind === 'late' || result.kind === 'missing') {
    const missing = await missingNetwork(users[0]?.logs.network ?? 'remote.it', found.env)
    const why = missing === null ? '' : `; missing: ${missing.awaits}`
    const message = `its network diagnostics timed out after ${networkTimeoutMs / 1000} s${why}`
    return [finding('problem', 'network.unknown', message, where, missing?.hint ?? `try ${path} -n in your shell`)]
  }
  return networkFindings(readDiagnosis(result.stdout), where)
}

/** Whether its server is an address, so that it looks up no name. */
function hasServerAddress(args: TunnelSpec['launch']['args']): boolean {
  const server = args[args.indexOf('-y') + 1]
  return args.includes('-y') && typeof server === 'string' && isDottedQuad(server.replace(/:\d+$/, ''))
}

function networkFindings({ dns, tcp, udp, router, compatible }: Diagnosis, where: string): Finding[] {
  const rows: [result: boolean | null, code: string, good: string, bad: string, hint: string][] = [
    [
      dns,
      'network.dns',
      'DNS works',
      'DNS does not work',
      'check /etc/resolv.conf and the network: is this machine online?',
    ],
    [
      tcp,
      'network.tcp',
      'remote.it is reachable over TCP',
      'remote.it is not reachable over TCP',
      'check for a firewall or proxy in between',
    ],
    [
      udp,
      'network.udp',
      ['remote.it is reachable over UDP', ...router].join('; '),
      'remote.it is not reachable over UDP, which tunnels need',
      'allow outgoing UDP to port 5959 and above: company and guest networks often block it',
    ],
    [
      compatible,
      'network.self-test',
      'its self-tests pass on this system',
      'some of its self-tests fail on this system',
      otherBuild,
    ],
  ]
  const findings = rows.flatMap(([result, code, good, bad, hint]) => {
    if (result === null) return []
    return [finding(result ? 'ok' : 'problem', code, result ? good : bad, where, result ? null : hint)]
  })
  if (findings.length > 0) return findings
  const message = 'its network diagnostics printed nothing that p2p can read'
  return [finding('note', 'network.unknown', message, where, `run ${where} and read its output`)]
}

function run({ path, env }: Found, option: string, timeoutMs: number): Promise<HelperResult> {
  // In the root folder, so that it reads no relative connectd.conf.
  return runHelper({ argv: [path, option], cwd: '/', env, timeoutMs, capture: true })
}

/** As reported by the system, or by a shell in between. */
function crashed(result: HelperResult): boolean {
  return result.kind === 'failed' && (result.signal === 'SIGSEGV' || result.status === 128 + 11)
}

const finding: ReturnType<typeof findingsOn> = (level, code, ...rest) =>
  findingsOn(code.startsWith('network.') ? 'network' : 'programs')(level, code, ...rest)
