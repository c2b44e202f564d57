/** `p2p doctor`: checks what a project needs before launch. Changes nothing. */
import type { Finding } from '../../core/finding.ts'
import { thisSystem } from '../machine.ts'
import type { Check, Patient } from './check.ts'
import { examineConnectd } from './connectd.ts'
import { examineFolders } from './folders.ts'
import { examineFiles } from './git.ts'
import { examinePorts } from './ports.ts'
import { examinePrograms } from './programs.ts'
import { examineSecrets } from './secrets.ts'
import { examineSupervisor } from './supervisor.ts'

const checks: readonly Check[] = [
  examinePrograms,
  examineConnectd,
  examinePorts,
  examineSupervisor,
  examineSecrets,
  examineFiles,
  examineFolders,
]

/** An interrupt ends it after the running check, with the interrupt's reason. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const system = await thisSystem()
  const findings: Finding[] = []
  for (const check of checks) {
    findings.push(...(await check(patient, system)))
    patient.ctx.interrupted.throwIfAborted()
  }
  return findings
}
