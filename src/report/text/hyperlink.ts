/** Clickable addresses (OSC 8) for terminals that are known to show them; others may print the escape. */
import { webUrl } from '../../core/decide/client.ts'
import type { Environment, Output } from '../../core/context.ts'

/** `text` as a link where the terminal can and `url` is one for a browser. Its width does not change. */
export function hyperlink(text: string, url: string | null, links: boolean): string {
  const target = links ? webUrl(url) : null
  return target === null ? text : `\u001B]8;;${target}\u0007${text}\u001B]8;;\u0007`
}

/** What these terminals say of themselves; within tmux or screen it is not known what is outside. */
export function showsLinks({ isTTY }: Pick<Output, 'isTTY'>, env: Environment): boolean {
  if (!isTTY || env['TERM'] === 'dumb' || env['TMUX'] !== undefined || env['STY'] !== undefined) return false
  if (Number(env['VTE_VERSION'] ?? 0) >= 5000) return true
  if (env['WT_SESSION'] !== undefined || env['KITTY_WINDOW_ID'] !== undefined) return true
  return ['iTerm.app', 'WezTerm', 'vscode', 'ghostty'].includes(env['TERM_PROGRAM'] ?? '')
}
