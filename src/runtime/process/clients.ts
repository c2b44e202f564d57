/** Which programs of the user's there are: clients and what opens a browser. */
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { process } from '../machine.ts'
import { findProgram } from './find-program.ts'

type Shell = Pick<Context, 'env' | 'cwd'>

export function isInstalled(program: string, { env, cwd }: Shell): boolean {
  // What is there and can't be run is for the system to name.
  return findProgram(program, { PATH: env['PATH'] ?? '' }, cwd).kind !== 'missing'
}

/** BROWSER first, as the freedesktop openers and remote editors have it. @throws P2pError 'system.missing' */
export function browserOpener(shell: Shell): string {
  const own = (shell.env['BROWSER'] ?? '').split(':').filter((name) => name !== '' && !name.includes('%'))
  const openers = process.platform === 'darwin' ? ['open'] : ['xdg-open', 'wslview']
  const found = [...own, ...openers].find((program) => isInstalled(program, shell))
  if (found !== undefined) return found
  throw new P2pError('system.missing', `nothing here opens a browser: looked for ${[...own, ...openers].join(', ')}`, {
    hint: 'set BROWSER to a program that takes a url, or take the url from p2p url NAME',
  })
}
