/** One finding of `p2p doctor`: made by runtime/doctor, printed by report/doctor.ts. */
export interface Finding {
  /** `note`: worth knowing, but nothing fails now. */
  level: 'ok' | 'note' | 'problem'
  topic: Topic
  /** Stable code for programs: `connectd.crashes`. */
  code: string
  message: string
  /** A path, a place in a file, or the affected tunnels. */
  where: string | null
  hint: string | null
}

export const topics = ['project', 'programs', 'network', 'ports', 'secrets', 'git', 'folders'] as const
type Topic = (typeof topics)[number]
