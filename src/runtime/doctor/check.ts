/** What every check of `p2p doctor` gets and gives. */
import type { Context } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import type { Project, SecretRef } from '../../core/model.ts'
import type { System } from '../process/system/index.ts'

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
