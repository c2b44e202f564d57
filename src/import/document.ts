/** Imported tunnels and accounts in the language of p2p.yaml. */
import { escapeTemplate } from '../core/text/template.ts'
import type { PlannedAccount } from './accounts.ts'
import type { Comment, Field, Given } from './imported-tunnel.ts'
import type { ImportPlan, PlannedTunnel } from './import-plan.ts'

/** A whole p2p.yaml. `from`: the files that it was made of, as people see them. */
export function newDocument({ tunnels, accounts }: ImportPlan, from: readonly string[]): string {
  const made = accounts.filter(({ place }) => place !== null)
  const head = `# Made by p2p import from ${from.map((file) => (file === '-' ? 'standard input' : file)).join(', ')}`
  return [
    cleanComment(head),
    ...(made.length === 0 ? [] : ['accounts:', ...made.flatMap((account) => accountLines(account, indent)), '']),
    ...(tunnels.length === 0 ? ['tunnels: {}'] : ['tunnels:']),
    ...separated(
      tunnels.map((tunnel) => tunnelLines(tunnel, indent, { full: false })),
      true,
    ),
    '',
  ].join('\n')
}

export const indent = '  '

/** `spaced`: by blank lines. */
export function separated(blocks: readonly string[][], spaced: boolean): string[] {
  return blocks.flatMap((lines, index) => (index > 0 && spaced ? ['', ...lines] : lines))
}

/** One entry of `accounts` in block style, below keys that stand `before` deep. */
export function accountLines(account: PlannedAccount, before: string): string[] {
  const inner = `${before}${indent}`
  return [
    ...account.comments.map(({ text }) => `${before}# ${text}`),
    `${before}${account.name}:`,
    ...accountEntries(account).map(([key, value]) => `${inner}${key}: ${value}`),
  ]
}

/** One entry of `tunnels` in block style. `full`: also what is p2p's default, since `defaults` may say something else. */
export function tunnelLines(tunnel: PlannedTunnel, before: string, { full }: { full: boolean }): string[] {
  const inner = `${before}${indent}`
  const { imported, comments } = tunnel
  const about = (field: Field | null, at: string): string[] => commentLines(comments, field, at)
  const lines = [...about('account', before), ...about('tunnel', before), `${before}${tunnel.name}:`]
  for (const { key, value, field } of tunnelEntries(tunnel, full))
    lines.push(...about(field, inner), `${inner}${key}: ${value}`)
  lines.push(`${inner}connectd:`)
  for (const { key, value, field } of connectdEntries(tunnel, full)) {
    lines.push(...about(field, `${inner}${indent}`), `${inner}${indent}${key}: ${value}`)
  }
  if (imported.disabled) {
    lines.push(`${inner}# enabled 0 in the old file: opened only by name or with --profile disabled`)
    lines.push(`${inner}profiles: [disabled]`)
  }
  return [...lines, ...about('restart', inner), `${inner}restart: ${imported.restart}`, ...about('end', inner)]
}

function commentLines(comments: readonly Comment[], field: Field | null, at: string): string[] {
  return comments.filter(({ about }) => about === field).map(({ text }) => `${at}# ${text}`)
}

function accountEntries({ user, kind, index, place }: PlannedAccount): [string, string][] {
  const [[source, name] = ['env', '']] = Object.entries(place ?? {})
  return [
    ['user', userText(user)],
    ...(kind === 'auth_token' ? ([['auth_index', String(index)]] as [string, string][]) : []),
    [kind, `{ ${source}: ${scalar(escapedIn(source, name))} }`],
  ]
}

/** A variable's name is not a template; the other sources are texts. */
function escapedIn(source: string, name: string): string {
  return source === 'env' ? name : escapeTemplate(name)
}

/** A variable has a default, so that the file is valid before it is set. */
function userText(user: Given): string {
  return 'text' in user ? scalar(escapeTemplate(user.text)) : scalar(`\${${user.variable}:-you@example.com}`)
}

interface Entry {
  key: string
  value: string
  field: Field | null
}

function tunnelEntries({ port, imported }: PlannedTunnel, full: boolean): Entry[] {
  const bind = imported.bind ?? (full ? '127.0.0.1' : null)
  return [
    { key: 'port', value: String(port), field: 'port' },
    ...(bind === null ? [] : [{ key: 'bind', value: bind, field: 'bind' } as const]),
  ]
}

function connectdEntries({ imported, account }: PlannedTunnel, full: boolean): Entry[] {
  const { uid, encryption, maxDepth, server, program } = imported
  const entries: [string, string | null, Field | null][] = [
    ['uid', uid, 'uid'],
    ['account', account === 'default' && !full ? null : scalar(account), null],
    ['encryption', encryption ?? (full ? 'xxtea' : null), 'encryption'],
    ['max_depth', maxDepth === null ? (full ? '12' : null) : String(maxDepth), 'max_depth'],
    ['server', server === null ? null : scalar(escapeTemplate(server)), 'server'],
    ['program', program === null ? null : scalar(escapeTemplate(program)), null],
  ]
  return entries.flatMap(([key, value, field]) => (value === null ? [] : [{ key, value, field }]))
}

/** A text as YAML: plain where that reads back as just this text, in block and in flow style, else in quotes. */
export function scalar(text: string): string {
  if (plain.test(text) && !typed.test(text)) return text
  // JSON is YAML; what JSON leaves as it is but YAML does not allow is escaped, too.
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const plain = /^[A-Za-z0-9_./$][\w./@+$-]*$/
/** What YAML 1.2's core schema takes for something else than text. */
const typed = /^(?:true|false|null|[-+]?[\d.][\d.eE+-]*|0[ox][\da-f]+|\.(?:inf|nan))$/i

function cleanComment(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, '')
}
