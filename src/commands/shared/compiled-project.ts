/** The project as its file declares it: as compiled by an earlier run where everything is as it was then, else compiled again. */
import { stillHolds, type Trace } from '../../config/read/trace.ts'
import type { LoadedProject, loadProject, PortsInUse } from '../../config/load.ts'
import type { Context } from '../../core/context.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Project, TunnelSpec } from '../../core/model.ts'
import { checkOwnFolder, findFolders } from '../../runtime/files/folders.ts'
import { thisSystem } from '../../runtime/machine.ts'
import { keepCompiled, readCompiled } from '../../runtime/state/compiled-projects.ts'
import { openRecordedPorts } from '../../runtime/state/recorded-ports.ts'
import { shareValues, unshareValues, type SharedValues } from '../../runtime/state/shared-values.ts'

declare const P2P_BUILD: string | undefined

interface Kept {
  /** Another build may compile it otherwise. */
  build: string
  trace: Trace
  /** No secret is written in it and nothing is to be warned about, so a tunnel can be launched from it. */
  plain: boolean
  project: Omit<Project, 'tunnels'>
  tunnels: SharedValues
}

interface Wanted {
  /** What was named turns its profiles on; null: nothing is opened, so rules about profiles do not matter. */
  names: readonly string[] | null
  /** With the secrets that are written in the file, with its warnings, and with what programs say now (`ssh -G`). */
  toLaunch: boolean
}

/** @throws P2pError 'config.*' */
export async function compiledProject(
  ctx: Context,
  wanted: Wanted,
): Promise<{ project: Project; warnings: Diagnostic[] }> {
  const { names, toLaunch } = wanted
  const ports = await openRecordedPorts(ctx, { asks: toLaunch })
  const root = await cacheRoot(ctx)
  if (root === null) return await (await loader())(ctx, { ports, names })
  const question = questionOf(ctx, names)
  const kept = readCompiled(root, question) as Kept | null
  if (kept !== null && isUsable(kept, ctx, ports, toLaunch)) return { project: projectOf(kept), warnings: [] }
  return await loadAndKeep(ctx, ports, names, root, question)
}

export async function loadAnew(ctx: Context): Promise<LoadedProject> {
  return await (
    await loader()
  )(ctx, { ports: await openRecordedPorts(ctx), names: [] })
}

async function loader(): Promise<typeof loadProject> {
  return (await import('../../config/load.ts')).loadProject
}

/** Null where nothing is kept: no state folder yet (who only looks creates none), or it is not wanted. */
async function cacheRoot({ env, globals }: Context): Promise<string | null> {
  if (typeof P2P_BUILD !== 'string' || env['P2P_CACHE'] === 'off' || globals.files.includes('-')) return null
  const { state } = findFolders(env)
  const { uid } = await thisSystem()
  try {
    return checkOwnFolder(state, uid) ? state : null
  } catch {
    // Refused with its reason when it is needed.
    return null
  }
}

function questionOf(
  { cwd, globals: { files, envFiles, projectName, profiles } }: Context,
  names: Wanted['names'],
): string {
  return JSON.stringify([cwd, files, envFiles, projectName, profiles, names])
}

function projectOf({ project, tunnels }: Kept): Project {
  return { ...project, tunnels: unshareValues(tunnels) as TunnelSpec[] }
}

function isUsable({ build, trace, plain, project }: Kept, ctx: Context, ports: PortsInUse, toLaunch: boolean): boolean {
  try {
    return (
      build === P2P_BUILD &&
      ((plain && trace.asked.length === 0) || !toLaunch) &&
      stillHolds(trace, project, { env: ctx.env, ports })
    )
  } catch {
    // Of another form.
    return false
  }
}

async function loadAndKeep(
  ctx: Context,
  ports: PortsInUse,
  names: Wanted['names'],
  root: string,
  question: string,
): Promise<LoadedProject> {
  const [{ traced }, load, { randomBytes }] = await Promise.all([
    import('../../config/read/trace.ts'),
    loader(),
    import('node:crypto'),
  ])
  const answering = { env: ctx.env, ports, now: ctx.now(), salt: randomBytes(16).toString('hex') }
  const { loaded, trace } = await traced(answering, (env, ports) => load({ ...ctx, env }, { ports, names }))
  if (trace !== null) {
    const { project, warnings } = loaded
    const plain = warnings.length === 0 && !JSON.stringify(project).includes('"from":"literal"')
    const { tunnels, ...rest } = project
    const kept: Kept = { build: String(P2P_BUILD), trace, plain, project: rest, tunnels: shareValues(tunnels) }
    keepCompiled(root, question, kept)
  }
  return loaded
}
