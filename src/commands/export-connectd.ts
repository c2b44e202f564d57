/** One tunnel as a provisioning file for connectd. */
import { readProvisioning } from '../connectd/provisioning.ts'
import type { KeyName } from '../connectd/keys.ts'
import { formatProvisioning } from '../connectd/writing.ts'
import type { Context } from '../core/context.ts'
import type { Problem, TunnelSpec } from '../core/model.ts'
import { openLaunch } from '../runtime/secrets/open.ts'

/** The file that p2p launches, with what p2p does itself or passes as arguments. Opens the secrets. */
export async function provisioningFile(
  ctx: Context,
  spec: TunnelSpec,
): Promise<{ text: string } | { problem: Problem }> {
  const result = await openLaunch(spec.launch, ctx.env, {})
  if ('problem' in result) return result
  ctx.masks.push(...Object.values(result.opened.secrets))
  const launched = [...result.opened.files.values()].join('')
  const { settings } = readProvisioning(new TextEncoder().encode(launched))
  const values = [...settings].map(([key, { value }]): [KeyName, string] => [
    key,
    key === 'autoconnect' ? again(spec) : value,
  ])
  const about = spec.description === null ? [] : [spec.description]
  return { text: formatProvisioning([`p2p tunnel ${spec.name}`, ...about, ''], [...values, ...serverOf(spec)]) }
}

/** By the vendor's guide, 2 reconnects after an interruption. */
function again({ restart }: TunnelSpec): string {
  return restart.when === 'no' ? '1' : '2'
}

/** p2p names the service by an argument (-y HOST:PORT). */
function serverOf({ launch: { args } }: TunnelSpec): [KeyName, string][] {
  const address = args[args.indexOf('-y') + 1]
  if (!args.includes('-y') || typeof address !== 'string') return []
  const colon = address.lastIndexOf(':')
  return [
    ['server_override', address.slice(0, colon)],
    ['yoics_server1_port', address.slice(colon + 1)],
  ]
}
