/** What the words of a project are, for shells: names of its tunnels with their states, of profiles, of accounts. */
import type { Context } from '../core/context.ts'
import type { Project } from '../core/model.ts'
import { compiledProject } from './shared/compiled-project.ts'
import { openProject } from './shared/find-project.ts'
import { observeProject } from './shared/observe-project.ts'

type Offer = readonly [value: string, about: string]

/** `kind`: as help shows it; none of any other. @throws where the project can't be read */
export async function listed(given: Context, kind: string): Promise<Offer[]> {
  // What it says would land in the line that is being typed, and standard input is that line.
  const input = { isTTY: false, read: () => Promise.resolve(new Uint8Array()) }
  const ctx = { ...given, stdin: input, stderr: { ...given.stderr, write: () => undefined } }
  switch (kind) {
    case 'NAME': {
      const { world, declared } = await openProject(ctx, 'p2p __complete')
      const { rows } = await observeProject(world, declared, { logs: false })
      return rows.map(({ name, status }) => [name, status.state])
    }
    case 'PROFILE': {
      const { tunnels } = await declaredProject(ctx)
      return withoutAbout(new Set(tunnels.flatMap(({ profiles }) => profiles)))
    }
    case 'PROJECT': {
      const { projectsOnRecord } = await import('../runtime/state/list-projects.ts')
      const known = await projectsOnRecord(ctx)
      return known.flatMap((found): Offer[] =>
        found.kind === 'known' ? [[found.project.name, found.project.folder]] : [],
      )
    }
    case 'ACCOUNT':
      return withoutAbout((await declaredProject(ctx)).accounts)
    default:
      return []
  }
}

async function declaredProject(ctx: Context): Promise<Project> {
  return (await compiledProject(ctx, { names: null, toLaunch: false })).project
}

function withoutAbout(values: Iterable<string>): Offer[] {
  return [...values].map((value) => [value, ''])
}
