/** `p2p export connectd`: a file (0600) for each connectd tunnel, which imports back to the same; overwrites nothing. */
import { join, resolve } from 'node:path'
import { shownPath } from '../config/text/source.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import type { TunnelSpec } from '../core/model.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import { selectToOpen } from '../core/decide/select.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { createFile, makePrivateFolder, readUserText } from '../runtime/files/user-files.ts'
import { provisioningFile } from './export-connectd.ts'
import { keepOutOfGit } from './shared/gitignore.ts'
import { declarations } from './shared/find-project.ts'

/** `words`: the format, then names of tunnels. `output`: a folder. */
interface ExportArgs {
  words: string[]
  output: string | null
}

const formats = ['connectd']

export async function run(ctx: Context, { words: [format, ...names], output }: ExportArgs): Promise<number> {
  checkFormat(format)
  const { project } = await declarations(ctx)
  const chosen = selectToOpen(project, names, false)
  const specs = project.tunnels.filter(({ name }) => chosen.includes(name))
  const other = specs.find(({ driver }) => driver !== 'connectd')
  if (other !== undefined && names.length > 0) {
    throw new P2pError('usage', `${other.name} is run by ${other.driver}, which connectd can't do`, {
      hint: 'leave it out, or name no tunnel: then only those of connectd are exported',
    })
  }

  const files: ExportFile[] = []
  let failed = false
  for (const spec of specs.filter(({ driver }) => driver === 'connectd')) {
    const made = await provisioningFile(ctx, spec)
    if ('text' in made) files.push({ name: `${spec.name}.txt`, text: made.text })
    else {
      ctx.stderr.write(`${sanitizeLine(`${spec.name}: ${made.problem.reason}`, ctx.masks)}\n`)
      if (made.problem.hint !== null) ctx.stderr.write(`  try: ${sanitizeLine(made.problem.hint, ctx.masks)}\n`)
      failed = true
    }
  }
  if (failed) {
    ctx.stderr.write('nothing was written\n')
    return 1
  }
  const folder = resolve(ctx.cwd, output ?? 'connectd')
  const written = writeAll(folder, files)
  if (!ctx.globals.quiet) ctx.stderr.write(summary(ctx, shownPath(folder, ctx.cwd), written, specs))
  return 0
}

interface ExportFile {
  name: string
  text: string
}

function checkFormat(format: string | undefined): void {
  if (format !== undefined && formats.includes(format)) return
  if (format === undefined) throw new P2pError('usage', 'no export format given', { hint: 'p2p export connectd' })
  const hint = suggest(format, formats, `formats: ${formats.join(', ')}`)
  throw new P2pError('usage', `unknown export format ${format}`, { hint })
}

/** All or nothing: existing files with other content are an error before anything is written. */
function writeAll(folder: string, files: readonly ExportFile[]): string[] {
  const now = new Map(files.map(({ name }) => [name, readUserText(join(folder, name))]))
  const taken = files.filter(({ name, text }) => ![null, undefined, text].includes(now.get(name)))
  if (taken.length > 0) {
    const names = taken.map(({ name }) => name).join(', ')
    throw new P2pError('usage', `${names} in ${folder} already exist with other content; not changed`, {
      hint: 'give another folder with -o',
    })
  }
  const fresh = files.filter(({ name }) => now.get(name) === null)
  if (fresh.length === 0) return []
  makePrivateFolder(folder)
  keepOutOfGit(
    folder,
    fresh.map(({ name }) => name),
    ['*'],
  )
  for (const { name, text } of fresh) createFile(join(folder, name), text, 0o600)
  return fresh.map(({ name }) => name)
}

function summary(ctx: Context, folder: string, written: readonly string[], specs: readonly TunnelSpec[]): string {
  const [first] = written
  const notes = specs.flatMap(({ name, driver, restart }) => {
    if (driver !== 'connectd') return [`left out ${name}: it is run by ${driver}`]
    if (restart.when !== 'always' && restart.max === null) return []
    return [`${name}: its restart policy becomes autoconnect 2, which p2p import reads as on-failure`]
  })
  const next = `next: connectd -s -f ${folder}/${first ?? ''}; the files hold secrets (mode 0600)`
  const result =
    first === undefined
      ? [`nothing to write: ${folder} is complete`]
      : [`wrote to ${folder}: ${written.join(', ')}`, next]
  return [...notes, ...result].map((line) => `${sanitizeLine(line, ctx.masks)}\n`).join('')
}
