/** The texts that `p2p import` is given: files, all files of a folder, standard input. */
import { dirname, join, relative, resolve } from 'node:path'
import { shownPath } from '../../config/text/source.ts'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { mostText } from '../../core/text/template.ts'
import { baseOf } from '../../import/spelling.ts'
import type { ImportInput, OpenBeside } from '../../import/read.ts'
import { filesIn, readBytes, realPath } from '../../runtime/files/user-files.ts'

/** `base`: where relative paths in scripts start. @throws P2pError 'usage' or 'config.*' where one can't be read */
export async function gatherInputs(ctx: Context, files: readonly string[], base: string): Promise<ImportInput[]> {
  if (files.length === 0) {
    throw new P2pError('usage', 'what is to be imported?', {
      hint: 'p2p import SSH-Pi.txt, or a folder, or - for standard input',
    })
  }
  if (files.filter((file) => file === '-').length > 1) {
    throw new P2pError('usage', 'standard input can be read only once', { hint: 'give - once' })
  }
  const inputs: ImportInput[] = []
  for (const file of files) {
    if (file === '-')
      inputs.push({ ...fromStdin, folder: relative(base, ctx.cwd), bytes: await ctx.stdin.read(mostText) })
    else inputs.push(...fromPath(ctx.cwd, base, resolve(ctx.cwd, file)))
  }
  return inputs
}

const fromStdin = { file: '-', path: '-', base: 'tunnel', named: true }

function fromPath(cwd: string, base: string, path: string): ImportInput[] {
  const names = filesIn(path)
  if (names !== null) return names.flatMap((name) => open(cwd, base, join(path, name), false) ?? [])
  const input = open(cwd, base, path)
  if (input !== null) return [input]
  throw new P2pError('config.missing', `${shownPath(path, cwd)} does not exist`, { hint: 'check the path' })
}

function open(cwd: string, base: string, path: string, named = true): ImportInput | null {
  const bytes = readBytes(path)
  if (bytes === null) return null
  const folder = relative(base, dirname(path))
  return { file: shownPath(path, cwd), path: realPath(path), base: baseOf(path), folder, bytes, named }
}

/** A file that a script names is looked for beside the script, then in the working folder. */
export function openBeside(ctx: Context, base: string): OpenBeside {
  return (path, script) => {
    const folders = [script.path === '-' ? ctx.cwd : dirname(script.path), ctx.cwd]
    for (const folder of folders) {
      const input = open(ctx.cwd, base, resolve(folder, path))
      if (input !== null) return input
    }
    return null
  }
}
