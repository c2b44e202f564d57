/** `p2p open NAME [-- ARGS]`: the client that fits a tunnel, through the tunnel. */
import type { Context } from '../core/context.ts'
import type { ClientAddress } from '../core/decide/client-variables.ts'
import { clientFor, webUrl, withHostKeyAlias } from '../core/decide/client.ts'
import { selectOne } from '../core/decide/select.ts'
import { P2pError } from '../core/errors.ts'
import type { TunnelSpec } from '../core/model.ts'
import { reachable } from '../core/text/endpoint.ts'
import { shellWord } from '../core/text/shell-word.ts'
import { note } from '../report/lines.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { browserOpener, isInstalled } from '../runtime/process/clients.ts'
import type { World } from '../runtime/state/world.ts'
import { secretsOf, showsSecret } from './shared/client-addresses.ts'
import { declaredProject } from './shared/find-project.ts'
import { runThrough } from './shared/run-through.ts'

export async function run(
  ctx: Context,
  { name: given, argv }: { name: string | null; argv: string[] },
): Promise<number> {
  const project = await declaredProject(ctx, given === null ? [] : [given])
  const name = selectOne(
    given,
    project.tunnels.map((tunnel) => tunnel.name),
    'open',
  )
  const spec = project.tunnels.find((tunnel) => tunnel.name === name)
  if (spec === undefined) throw new Error(`${name} was selected from the project`)
  const client = clientOf(spec)
  if (client === null) {
    throw new P2pError('usage', `no client is known for ${name}`, {
      hint: `say it in p2p.yaml: client: [psql, -h, '{host}', -p, '{port}'], or url: ssh://pi@{host}:{port}; or p2p run ${name} -- CMD`,
    })
  }
  if (client.kind === 'browser') {
    if (argv.length > 0) throw new P2pError('usage', `${name} opens in a browser, which takes no arguments`)
    const opener = browserOpener(ctx)
    const argvFor = (world: World, [address]: readonly ClientAddress[]): string[] =>
      opener.argvFor(browsable(world, address, project.secretVariables))
    // The opener returns at once, long before the page is closed.
    return await runThrough(ctx, {
      command: 'open',
      project,
      named: [name],
      program: opener.program,
      argvFor,
      keep: true,
    })
  }
  const line = withHostKeyAlias([...client.argv, ...argv], `${project.name}-${name}`)
  const [program = ''] = line
  if (!isInstalled(program, ctx)) {
    ctx.stderr.write(`p2p: ${sanitizeLine(program, ctx.masks)} is not installed; nothing was opened\n`)
    ctx.stderr.write(`     try: install it, or declare another in p2p.yaml: client: [PROGRAM, '{host}', '{port}']\n`)
    return 127
  }
  const argvFor = (world: World): string[] => {
    const masks = [...ctx.masks, ...secretsOf(world, name, project.secretVariables)]
    // The file may come from a stranger: what runs is seen before it runs.
    note({ ...ctx, masks }, line.map((word) => shellWord(word)).join(' '))
    return line
  }
  return await runThrough(ctx, { command: 'open', project, named: [name], program, argvFor, keep: false })
}

function clientOf(spec: TunnelSpec): ReturnType<typeof clientFor> {
  const [first] = spec.endpoints
  return clientFor(spec, first === undefined ? { host: null, port: null } : reachable(first))
}

/** @throws P2pError for a url that must not be in a browser's command line. */
export function browsable(
  world: World,
  address: ClientAddress | undefined,
  secretVariables: readonly string[],
): string {
  const url = webUrl(address?.url ?? null)
  if (address === undefined || url === null) {
    throw new P2pError('usage', `${address?.name ?? 'the tunnel'} has no http or https url to open`)
  }
  if (showsSecret(world, address, secretVariables)) {
    throw new P2pError('usage', `the url of ${address.name} holds a secret: in a browser's command line others see it`)
  }
  return url
}
