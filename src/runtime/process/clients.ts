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

/**
 * BROWSER first: commands between colons, a url in place of `%s` or at the end, as freedesktop's openers take it.
 * @throws P2pError 'system.missing'
 */
export function browserOpener(shell: Shell): { program: string; argvFor: (url: string) => string[] } {
  const own = (shell.env['BROWSER'] ?? '').split(':').map((command) => command.split(' ').filter((word) => word !== ''))
  const openers = process.platform === 'darwin' ? ['open'] : ['xdg-open', 'wslview']
  const commands = [...own.filter((words) => words.length > 0), ...openers.map((opener) => [opener])]
  const found = commands.find(([program = '']) => isInstalled(program, shell))
  if (found === undefined) {
    const names = commands.map(([program]) => program).join(', ')
    throw new P2pError('system.missing', `nothing here opens a browser: looked for ${names}`, {
      hint: 'set BROWSER to a program that takes a url, or take the url from p2p url NAME',
    })
  }
  const withPlace = found.some((word) => word.includes('%s')) ? found : [...found, '%s']
  return { program: found[0] ?? '', argvFor: (url) => withPlace.map((word) => word.replaceAll('%s', () => url)) }
}
