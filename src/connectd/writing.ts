/** Writes provisioning files that connectd 4.6 and `p2p import` read as they are meant. The reader is provisioning.ts. */
import type { KeyName } from './keys.ts'

/** `settings` in the order of the lines. Comments go on top, an empty one is a blank line. */
export function formatProvisioning(
  comments: readonly string[],
  settings: readonly (readonly [KeyName, string])[],
): string {
  const lines = [
    ...comments.map((comment) => (comment === '' ? '' : `# ${comment.replace(/\p{Cc}+/gu, ' ').trim()}`)),
    ...settings.map(([key, value]) => `${key} ${value}`),
    // The last line is ignored when an editor takes its line end away.
    '# end of file, keep this line',
  ]
  return lines.map((line) => `${line}\n`).join('')
}
