/** `p2p doctor`: looks at what a project needs before anybody launches it. Changes nothing. */
import type { Context } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import type { Project, SecretRef } from '../../core/model.ts'
import { thisSystem, type System } from '../process/system/index.ts'
import { examineConnectd } from './connectd.ts'
import { examineFolders } from './folders.ts'
import { examineFiles } from './git.ts'
import { examinePorts } from './ports.ts'
import { examinePrograms } from './programs.ts'
import { examineSecrets } from './secrets.ts'

/** What is known of the project without looking at the machine. */
export interface Patient {
  ctx: Context
  /** null: there is no readable p2p.yaml; then only the machine is looked at. */
  project: Project | null
  secrets: DeclaredSecret[]
  /** Secrets that are written out in a file of the project. */
  literals: Literal[]
}

export interface DeclaredSecret {
  /** With the limits of the program that gets it. */
  ref: SecretRef
  /** Whether a tunnel of the active profiles needs it. */
  needed: boolean
}

export interface Literal {
  /** Absolute path. */
  file: string
  /** As people see it: `p2p.yaml:4:15`. */
  place: string
  message: string
}

export type Check = (patient: Patient, system: System) => Finding[] | Promise<Finding[]>

const checks: readonly Check[] = [
  examinePrograms,
  examineConnectd,
  examinePorts,
  examineSecrets,
  examineFiles,
  examineFolders,
]

/** Every finding, check by check. An interrupt ends it after the check that is under way, with the interrupt's reason. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const system = await thisSystem()
  const findings: Finding[] = []
  for (const check of checks) {
    findings.push(...(await check(patient, system)))
    patient.ctx.interrupted.throwIfAborted()
  }
  return findings
}
