/** Checks what watches the open tunnels: that it runs, that it is of this build, and that it did not fail itself. */
import { P2pError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { faultCode } from '../tunnel/fault.ts'
import { findSupervisor, supervisorProblem } from '../tunnel/find-supervisor.ts'
import { recoverRecords } from '../tunnel/recover.ts'
import { openWorld } from '../state/world.ts'
import { findingsOn, type Patient } from './check.ts'

export async function examineSupervisor({ ctx, project }: Patient): Promise<Finding[]> {
  if (project === null) return []
  const finding = findingsOn('project')
  try {
    const world = await openWorld(ctx, { name: project.name, folder: project.folder }, 'p2p doctor')
    const watching = supervisorProblem(world, findSupervisor(world))
    const faults = [...recoverRecords(world).values()].flatMap(({ name, verdict }) =>
      verdict?.code === faultCode
        ? [finding('problem', faultCode, verdict.reason, `tunnel ${name}`, verdict.hint)]
        : [],
    )
    return [...(watching === null ? [] : [finding('problem', 'supervisor.wrong', watching, null)]), ...faults]
  } catch (error) {
    // State that can't be read is another check's.
    if (error instanceof P2pError) return []
    throw error
  }
}
