/** `p2p add NAME`: one tunnel more in p2p.yaml, and not another byte changed. */
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { readEndpoint } from '../core/text/endpoint.ts'
import { escapeTemplate } from '../core/text/template.ts'
import { indent, scalar } from '../import/document.ts'
import { insertInto } from '../import/merge.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { createFile, realPath, replaceFile } from '../runtime/files/user-files.ts'
import { existingTarget, markOf, prove } from './import/target.ts'
import type { Target } from './import/types.ts'

interface AddArgs {
  name: string | null
  argv: string[]
  ssh: string | null
  connectd: string | null
  tcp: string | null
  port: string | null
  up: boolean
}

/** Nothing is written unless the file is valid with it. @throws P2pError */
export async function run(ctx: Context, args: AddArgs): Promise<number> {
  const { name } = args
  if (name === null) throw wrong('which name should it have?')
  const target = await targetOf(ctx)
  if (target.existing.tunnels.has(name)) {
    throw new P2pError('usage', `${target.shown} declares ${name} already; not changed`, {
      hint: 'p2p edit changes it',
    })
  }
  const keys = keysOf(args)
  const lines = (before: string): string[] => [
    `${before}${scalar(name)}:`,
    ...keys.map((line) => `${before}${indent}${line}`),
  ]
  const text = withTunnel(target, lines)
  await prove(ctx, target, text)
  if (target.text === null) createFile(target.path, text, 0o666)
  else replaceFile(target.path, text, null)
  say(ctx, `added to ${target.shown}:`)
  for (const line of lines(indent)) say(ctx, line)
  if (!args.up) {
    say(ctx, `  next: p2p up ${name}`)
    return 0
  }
  const { open } = await import('./up.ts')
  return await open(ctx, { ...plainUp, names: [name] }, 'up', 'changed')
}

const plainUp = {
  ...{ attach: false, detach: false, noWait: false, waitTimeout: null, noDeps: false, forceRecreate: false },
  ...{ noRecreate: false, removeOrphans: false, dryRun: false, exitCode: false, json: false },
}

type Place = Target & { path: string }

/** The project's file, or a new p2p.yaml here. */
async function targetOf(ctx: Context): Promise<Place> {
  if (ctx.globals.files[0] === '-') throw wrong('standard input can not be added to')
  try {
    const found = await existingTarget(ctx, ctx)
    if (found.path === null) throw new Error('only standard input has no path')
    return { ...found, path: found.path }
  } catch (error) {
    if (!(error instanceof P2pError) || error.code !== 'config.missing') throw error
    // Its hint is for an import.
    if (ctx.globals.files.length > 0)
      throw new P2pError('config.missing', error.message, { hint: 'without -f, p2p add writes p2p.yaml' })
    const folder = realPath(ctx.cwd)
    const existing = { tunnels: new Map(), accounts: [] }
    return { path: join(folder, 'p2p.yaml'), shown: 'p2p.yaml', folder, text: null, root: null, existing }
  }
}

function withTunnel(target: Place, lines: (before: string) => string[]): string {
  const { root } = target
  if (root === null) return `tunnels:\n${lines(indent).join('\n')}\n`
  return markOf(target) + insertInto(root.source.text, root, { tunnels: (before) => [lines(before)] })
}

/** The lines below its name. @throws P2pError 'usage' */
function keysOf({ name, argv, ssh, connectd, tcp, port }: AddArgs): string[] {
  const given = [ssh, connectd, tcp, argv.length === 0 ? null : ''].filter((way) => way !== null)
  if (given.length !== 1) {
    throw wrong(
      given.length === 0
        ? `where should ${name} lead?`
        : 'one tunnel leads one way: --ssh, --connectd, --tcp or -- CMD',
    )
  }
  // A command has a port only where one is named.
  const needsNone = argv.length > 0 && !argv.some((word) => word.includes('{port}'))
  const portLines = port === null && needsNone ? [] : [`port: ${portOf(port ?? 'auto')}`]
  if (argv.length > 0) return [...portLines, `command: [${argv.map(written).join(', ')}]`]
  if (connectd !== null) return [...portLines, 'connectd:', `${indent}uid: ${written(connectd)}`]
  if (tcp !== null) return [...portLines, 'tcp:', `${indent}to: ${written(endpointOf(tcp, '--tcp'))}`]
  const [, host = '', to = ''] = /^(.+?):((?:\[[^\]]*\]|[^:[\]]+):[^:]+)$/.exec(ssh ?? '') ?? []
  return [
    ...portLines,
    'ssh:',
    `${indent}to: ${written(host)}`,
    `${indent}forward: ${written(endpointOf(to, '--ssh'))}`,
  ]
}

function portOf(port: string): string {
  const isPort = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536
  if (port === 'auto' || isPort) return port
  throw wrong(`--port ${port}: must be a port from 1 to 65535, or auto`)
}

function endpointOf(text: string, flag: '--ssh' | '--tcp'): string {
  if (readEndpoint(text) !== null) return text
  throw wrong(
    flag === '--tcp'
      ? '--tcp takes host:port'
      : '--ssh takes user@host:db:5432: the ssh host, then where to from there',
  )
}

function written(text: string): string {
  return scalar(escapeTemplate(text))
}

function wrong(message: string): P2pError {
  return new P2pError('usage', message, { hint: 'p2p add db --ssh deploy@bastion:db.internal:5432' })
}

function say(ctx: Context, line: string): void {
  if (!ctx.globals.quiet) ctx.stderr.write(`${sanitizeLine(line, ctx.masks)}\n`)
}
