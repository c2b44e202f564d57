/** Which comments of an old file are kept, and beside which key of the tunnel they belong. */
import type { KeyName } from '../../connectd/keys.ts'
import type { Provisioning } from '../../connectd/provisioning.ts'
import type { Comment, Field } from '../imported-tunnel.ts'
import { withoutControls } from '../spelling.ts'
import { commentOf, isHarmless, type MeantSetting } from './settings.ts'

/** The comments of a provisioning file, each with what it stands above or beside. Secrets in them are not looked for yet. */
export function fileComments(read: Provisioning, settings: ReadonlyMap<KeyName, MeantSetting>): Comment[] {
  const settingOn = new Map([...settings.values()].map((setting) => [setting.keyAt.line, setting]))
  const comments: Comment[] = []
  let waiting: Omit<Comment, 'about'>[] = []
  for (const line of read.lines) {
    const text = commentOf(line)
    if (text !== null) waiting.push({ text, line: line.number, unsafe: false })
    const beside = settingOn.get(line.number)
    // A comment with a blank line below it is about the file and not about what follows.
    if (beside === undefined && line.is !== 'blank') continue
    if (beside?.rest.startsWith('#') === true) {
      waiting.push({ text: beside.rest, line: line.number, unsafe: !isHarmless(beside.key) })
    }
    const about = (beside === undefined ? undefined : fields[beside.key.name]) ?? 'tunnel'
    comments.push(...waiting.map((comment) => ({ ...comment, about })))
    waiting = []
  }
  comments.push(...waiting.map((comment) => ({ ...comment, about: 'end' as const })))
  return comments.map((comment) => ({ ...comment, text: tidy(comment.text) })).filter(({ text }) => text !== '')
}

const fields: Partial<Record<KeyName, Field>> = {
  user_id: 'account',
  auth_pass: 'account',
  auth_hash: 'account',
  auth_index: 'account',
  auth_token: 'account',
  encryption: 'encryption',
  remote_address: 'uid',
  proxy_local_port: 'port',
  proxy_bind_address: 'bind',
  max_depth: 'max_depth',
  autoconnect: 'restart',
  server_override: 'server',
  yoics_server1_port: 'server',
}

function tidy(comment: string): string {
  return withoutControls(comment.replace(/^#+/, '').replace(/\t/g, ' ')).trim()
}

/** In doubt a comment may hold a secret: it is not copied, is reported, and remains in the old file. */
export function mayHoldSecret(comment: string, encodings: readonly string[]): boolean {
  if (ofVendor.has(comment)) return false
  if (aboutSecrets.test(comment) || comment.split(/\s+/).some(isJumble)) return true
  return encodings.length > mostEncodings || encodings.some((encoding) => comment.includes(encoding))
}

/** More than a real setup has; looking for them all would take long. */
const mostEncodings = 5000

/** The sample file of the vendor's guide says so above `auth_pass`, its command line beside the password. */
const ofVendor = new Set([
  'auth_pass users password to use to make the Initiator P2P connection (not recommended, use auth_hash)',
  'Base64 encoded password',
])

const aboutSecrets =
  /pass(?:word|wd|phrase|code)|\bpwd?\b|\bpin\b|secret|token|hash|credential|\bkey\b|(?:^|_)pass\b|:\/\/[^\s/]*@/i

function isJumble(word: string): boolean {
  return word.length >= 8 && /\d/.test(word) && /\p{L}/u.test(word) && !uid.test(word) && !address.test(word)
}

const uid = /^\W*(?:[0-9a-f]{1,2}:){7}[0-9a-f]{1,2}\W*$/i
const address = /^\W*(?:https?:\/\/)?(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z.-]+)(?::\d{1,5})?\W*$/i
