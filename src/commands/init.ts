/** `p2p init`: writes a starter p2p.yaml. */
import { join, relative } from 'node:path'
import { exists, schemaPath, setAside, writeNew } from '../config/read/disk.ts'
import { starterText } from '../config/print/starter.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'

/** @throws P2pError 'usage' where there is a project already, 'state.unusable' where the folder can't be written to. */
export function run(ctx: Context, { force }: { force: boolean }): Promise<number> {
  const existing = ['p2p.yaml', 'p2p.yml'].find((name) => exists(join(ctx.cwd, name)))
  if (existing !== undefined && !force) throw alreadyThere(existing)
  if (existing !== undefined) keep(ctx, existing)
  const fault = writeNew(join(ctx.cwd, 'p2p.yaml'), starterText(schemaFrom(ctx.cwd)))
  if (fault === 'exists') throw alreadyThere('p2p.yaml')
  if (fault !== null)
    throw notWritable(fault === 'not-allowed' ? 'this user may not write here' : 'the disk refused it')
  ctx.stderr.write('wrote p2p.yaml\n  next: p2p up opens its tunnels, with the simulator until you change it\n')
  return Promise.resolve(0)
}

function keep(ctx: Context, name: string): void {
  const aside = setAside(join(ctx.cwd, name))
  if (aside === null) throw notWritable(`${name} can't be renamed`)
  ctx.stderr.write(`kept ${name} as ${relative(ctx.cwd, aside)}\n`)
}

function notWritable(why: string): P2pError {
  return new P2pError('state.unusable', `p2p.yaml can't be written: ${why}`, { hint: 'look at the folder: ls -ld .' })
}

function alreadyThere(name: string): P2pError {
  return new P2pError('usage', `${name} already exists; not changed`, {
    hint: 'p2p init --force sets it aside and writes a new one',
  })
}

/** Relative, so that the file can be shared: the schema is below the folder, or in the node_modules of a folder above. */
export function schemaFrom(folder: string, schema = schemaPath()): string | null {
  if (schema === null) return null
  const path = relative(folder, schema)
  if (!path.startsWith('..')) return `./${path}`
  const [owner = '', installed] = schema.split('/node_modules/')
  return installed !== undefined && !relative(owner, folder).startsWith('..') ? path : null
}
