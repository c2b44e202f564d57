/** Which project a command is about: the one that p2p.yaml declares, or, without a readable file, the one on record. */
import type { LoadedProject } from '../../config/load.ts'
import { ownName, projectMeant } from '../../config/read/project-name.ts'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import type { Project } from '../../core/model.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { note } from '../../report/lines.ts'
import { findRecordedProject, projectsHere } from '../../runtime/state/find-project.ts'
import type { ProjectKey } from '../../runtime/state/store.ts'
import { openWorld, type World } from '../../runtime/state/world.ts'
import { compiledProject, loadAnew } from './compiled-project.ts'

/**
 * The project as its file declares it, to open tunnels from; warnings go to stderr. `names`: what was named turns its
 * profiles on. May run `ssh -G`. @throws P2pError config.* when there is no valid file.
 */
export async function declaredProject(ctx: Context, names: readonly string[]): Promise<Project> {
  const { project, warnings } = await compiledProject(ctx, { names, toLaunch: true })
  await warn(ctx, warnings)
  return project
}

/** The same with all that was declared on the way there, never from an earlier run. Runs nothing. */
export async function declarations(ctx: Context): Promise<LoadedProject> {
  const loaded = await loadAnew(ctx)
  await warn(ctx, loaded.warnings)
  return loaded
}

async function warn(ctx: Context, warnings: readonly Diagnostic[]): Promise<void> {
  if (warnings.length === 0 || ctx.globals.quiet) return
  if (ctx.globals.progress === 'json') {
    for (const { place, message } of warnings) {
      note(ctx, place === null ? message : `${place.file}:${place.line}:${place.column}  ${message}`)
    }
  } else {
    const { formatDiagnostics } = await import('../../report/diagnostics.ts')
    ctx.stderr.write(await formatDiagnostics(warnings, { colour: ctx.stderr.colour, masks: ctx.masks }))
  }
}

/**
 * For commands that work without a valid file (`down`, `ps`, `logs`): reports its errors and uses the project on record
 * (`declared` null) that the file is about, but never another one.
 * @throws P2pError the file's error where no such project is on record; 'project.ambiguous' where several are.
 */
export async function openProject(ctx: Context, command: string): Promise<{ world: World; declared: Project | null }> {
  const { key, declared } = await findProject(ctx, command)
  return { world: await openWorld(ctx, key, command), declared }
}

async function findProject(ctx: Context, command: string): Promise<{ key: ProjectKey; declared: Project | null }> {
  try {
    const { project } = await compiledProject(ctx, { names: null, toLaunch: false })
    const { name, folder } = project
    const named =
      ctx.globals.projectName === null ? null : await findRecordedProject(ctx, projectMeant(ctx), isNamed(ctx))
    if (named === null || named.folder === folder) return { key: { name, folder }, declared: project }
    note(ctx, `using the record of project ${name} (${named.folder})`)
    return { key: named, declared: null }
  } catch (error) {
    if (!(error instanceof P2pError) || !error.code.startsWith('config.')) throw error
    const meant = projectMeant(ctx)
    const key = await findRecordedProject(ctx, meant, isNamed(ctx))
    if (key === null) {
      const others = await projectsHere(ctx, meant)
      if (others.length > 0)
        note(
          ctx,
          `nothing was done: this is not the file of project ${others.join(' or ')}; to mean that: ${others.map((name) => command.replace('p2p', `p2p -p ${name}`)).join(' or ')}`,
        )
      throw error
    }
    if (!ctx.globals.quiet) {
      const { reportError } = await import('../../report/diagnostics.ts')
      await reportError(error, ctx)
      note(ctx, `using the record of project ${key.name} (${key.folder})`)
    }
    return { key, declared: null }
  }
}

/** Whether NAME of -p means this project from any folder: it names itself so, and the file here does not. */
function isNamed(ctx: Context): (project: ProjectKey) => boolean {
  return ({ name, folder }) =>
    ownName(ctx) !== name && ownName({ ...ctx, cwd: folder, globals: { ...ctx.globals, files: [] } }) === name
}
