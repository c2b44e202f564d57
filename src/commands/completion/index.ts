/** `p2p completion`: what makes a shell complete p2p's command lines, printed or put where that shell looks for it. */
import { basename, dirname, join } from 'node:path'
import type { Context, Environment } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { suggest } from '../../core/text/did-you-mean.ts'
import { shellWord } from '../../core/text/shell-word.ts'
import { absolute, homeFolder } from '../../runtime/files/folders.ts'
import { createFile, isThere, readUserText, removeFile, replaceFile } from '../../runtime/files/user-files.ts'
import { marker, scripts } from './scripts.ts'

type Shell = keyof typeof scripts

const shells = Object.keys(scripts) as Shell[]
const verbs = ['install', 'uninstall']

/** Never touches a start-up file. @throws P2pError 'usage', 'state.unusable' */
export function run(ctx: Context, { words }: { words: string[] }): Promise<number> {
  const [verb = '', named] = words
  const most = verbs.includes(verb) ? 2 : 1
  const surplus = words[most]
  if (surplus !== undefined) throw new P2pError('usage', `unexpected ${surplus}`, { hint: 'p2p completion --help' })
  if (verb === 'install') install(ctx, shellMeant(ctx.env, named))
  else if (verb === 'uninstall') uninstall(ctx, shellMeant(ctx.env, named))
  else ctx.stdout.write(scripts[shellNamed(verb)])
  return Promise.resolve(0)
}

function shellNamed(name: string): Shell {
  const shell = shells.find((known) => known === name)
  if (shell !== undefined) return shell
  const known = `p2p completion ${[...shells, ...verbs].join('|')}`
  if (name === '') throw new P2pError('usage', 'completion for which shell?', { hint: known })
  throw new P2pError('usage', `there is no completion for ${name}`, {
    hint: suggest(name, [...shells, ...verbs], known),
  })
}

function shellMeant(env: Environment, named: string | undefined): Shell {
  if (named !== undefined) return shellNamed(named)
  const own = basename(env['SHELL'] ?? '')
  const shell = shells.find((known) => known === own)
  if (shell !== undefined) return shell
  const why = own === '' ? 'SHELL is not set' : `there is no completion for ${own}, which SHELL names`
  throw new P2pError('usage', why, { hint: `p2p completion install ${shells.join('|')}` })
}

/** Where each looks by itself: bash-completion 2, fish 3; zsh only where fpath says so. */
function fileOf(shell: Shell, env: Environment): string {
  const data = absolute(env['XDG_DATA_HOME']) ?? join(homeFolder(env), '.local/share')
  const config = absolute(env['XDG_CONFIG_HOME']) ?? join(homeFolder(env), '.config')
  const files: Record<Shell, () => string> = {
    bash: () => join(absolute(env['BASH_COMPLETION_USER_DIR']) ?? join(data, 'bash-completion'), 'completions/p2p'),
    zsh: () => join(data, 'zsh/site-functions/_p2p'),
    fish: () => join(config, 'fish/completions/p2p.fish'),
  }
  return files[shell]()
}

function install({ env, stderr }: Context, shell: Shell): void {
  const file = fileOf(shell, env)
  if (isOwn(file)) replaceFile(file, scripts[shell], null)
  else createFile(file, scripts[shell], 0o644)
  stderr.write(
    `wrote ${file}\n${moreToDo(shell, file)
      .map((line) => `  ${line}\n`)
      .join('')}`,
  )
}

function moreToDo(shell: Shell, file: string): string[] {
  switch (shell) {
    case 'bash':
      return [
        'the package bash-completion finds it in the next shell; without that package, add to ~/.bashrc:',
        `  source ${shellWord(file)}`,
      ]
    case 'zsh':
      return [
        'add to ~/.zshrc, unless the folder is in fpath already, before compinit:',
        `  fpath=(${shellWord(dirname(file))} $fpath)`,
        '  autoload -Uz compinit && compinit',
      ]
    case 'fish':
      return ['the next fish finds it']
  }
}

function uninstall({ env, stderr }: Context, shell: Shell): void {
  const file = fileOf(shell, env)
  if (!isOwn(file)) {
    stderr.write(`nothing to remove: there is no ${file}\n`)
    return
  }
  removeFile(file)
  stderr.write(`removed ${file}\n`)
}

/** Whether it is there and p2p's. @throws P2pError 'usage' for a file that p2p did not write. */
function isOwn(file: string): boolean {
  if (!isThere(file)) return false
  const text = readUserText(file)
  if (text?.includes(marker) === true) return true
  throw new P2pError('usage', `${file} is not by p2p; not changed`, { hint: 'move it away, or remove it yourself' })
}
