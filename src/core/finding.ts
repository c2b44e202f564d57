/** One thing that `p2p doctor` found out: made by runtime/doctor, drawn by report/doctor.ts. */
export interface Finding {
  /** `note`: worth knowing, but nothing fails because of it now. */
  level: 'ok' | 'note' | 'problem'
  topic: Topic
  /** Stable code for programs: `connectd.crashes`. */
  code: string
  /** What was found, in the user's words. */
  message: string
  /** What it is about: a path, a place in a file, the tunnels that are concerned. */
  where: string | null
  /** What to do about it. */
  hint: string | null
}

/** In the order in which they are shown. */
export const topics = ['project', 'programs', 'network', 'ports', 'secrets', 'git', 'folders'] as const
type Topic = (typeof topics)[number]
