/** Input and output of every check of `p2p doctor`. */
import type { Context } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import type { Project, SecretRef } from '../../core/model.ts'
import type { System } from '../process/system/index.ts'

/** What is known of the project without looking at the machine. */
export interface Patient {
  ctx: Context
  /** null: no readable p2p.yaml; only the machine is checked. */
  project: Project | null
  secrets: DeclaredSecret[]
  literals: Literal[]
}

export interface DeclaredSecret {
  /** With the limits of its program. */
  ref: SecretRef
  /** Whether a tunnel of the active profiles needs it. */
  needed: boolean
}

export interface Literal {
  file: string
  /** For people: `p2p.yaml:4:15`. */
  place: string
  message: string
}

type MakeFinding = (
  level: Finding['level'],
  code: string,
  message: string,
  where: string | null,
  hint?: string | null,
) => Finding

/** Makes the findings of one topic. */
export function findingsOn(topic: Finding['topic']): MakeFinding {
  return (level, code, message, where, hint = null) => ({ level, topic, code, message, where, hint })
}

export type Check = (patient: Patient, system: System) => Finding[] | Promise<Finding[]>
