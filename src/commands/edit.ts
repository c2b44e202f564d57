/** `p2p edit`: the editor, then the check, the plan, and a question. */
import { discover } from '../config/read/discover.ts'
import { openFileCache } from '../config/read/file-cache.ts'
import { collectErrors } from '../config/text/errors.ts'
import type { Context } from '../core/context.ts'
import { changesAnything } from '../core/decide/reconcile.ts'
import { P2pError } from '../core/errors.ts'
import { reportError } from '../report/diagnostics.ts'
import { note } from '../report/lines.ts'
import { confirm } from '../runtime/process/confirm.ts'
import { runInForeground } from '../runtime/process/foreground.ts'
import { readUserText } from '../runtime/files/user-files.ts'
import { inheritedFrom } from '../runtime/secrets/environment.ts'
import { openWorld, umaskOfUser } from '../runtime/state/world.ts'
import { exitStatusOfResult } from '../core/decide/exit-status.ts'
import type { UpGoal } from '../core/plan.ts'
import { applyWithProgress, printPlan } from './shared/change.ts'
import { declaredProject } from './shared/find-project.ts'

/** The first file of -f, or the p2p.yaml that is found. What the editor wrote always stays. */
export async function run(ctx: Context): Promise<number> {
  const { sources } = await discover(ctx, openFileCache(ctx.cwd, collectErrors()))
  const [{ file, shown }] = sources
  if (file === '-') throw new P2pError('usage', 'standard input can not be edited', { hint: 'p2p edit -f FILE' })
  const before = readUserText(file)
  for (;;) {
    await edit(ctx, file, shown)
    if (readUserText(file) === before) {
      note(ctx, `${shown} was not changed`)
      return 0
    }
    try {
      return await offer(ctx)
    } catch (error) {
      if (!(error instanceof P2pError) || !error.code.startsWith('config.') || !ctx.stdin.isTTY) throw error
      await reportError(error, ctx)
      if (!(await confirm(ctx, 'edit it again?', true))) return error.exitStatus
    }
  }
}

/** As git starts it: EDITOR may have arguments of its own. @throws P2pError where it fails. */
async function edit(ctx: Context, file: string, shown: string): Promise<void> {
  const editor = [ctx.env['VISUAL'], ctx.env['EDITOR'], 'vi'].find((name) => (name ?? '') !== '') ?? 'vi'
  const argv = ['sh', '-c', `${editor} "$@"`, editor, file]
  const { status } = await runInForeground(argv, ctx, { env: { ...ctx.env }, umask: umaskOfUser() })
  if (status === 0) return
  const why = status === 127 ? 'is not installed' : `ended with status ${status}`
  throw new P2pError('system.missing', `the editor (${editor}) ${why}; ${shown} is as it left it`, {
    hint: 'set EDITOR to one that works: EDITOR=nano p2p edit',
  })
}

/** What `p2p up` would do now, and does it if that is wanted. @throws P2pError config.* */
async function offer(ctx: Context): Promise<number> {
  const project = await declaredProject(ctx, [])
  const world = await openWorld(ctx, { name: project.name, folder: project.folder }, 'p2p edit')
  const goal: UpGoal = { want: 'up', project, names: project.active, recreate: 'changed', orphans: 'keep' }
  const plan = await printPlan(world, goal, false)
  if (!changesAnything(plan)) return 0
  if (!ctx.stdin.isTTY) {
    note(ctx, 'nothing was done, as there is no terminal to ask on; p2p up does it')
    return 0
  }
  if (!(await confirm(ctx, 'do it?', false))) return 0
  const inherited = inheritedFrom(ctx.env, project.secretVariables)
  return exitStatusOfResult(await applyWithProgress(world, 'up', goal, { inherited, wait: true }), true)
}
