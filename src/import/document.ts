/** Imported tunnels and accounts in the language of p2p.yaml. */
import { parse, stringify } from 'yaml'
import { escapeTemplate } from '../core/text/template.ts'
import type { PlannedAccount } from './accounts.ts'
import type { Field, Given } from './imported-tunnel.ts'
import type { ImportPlan, PlannedTunnel } from './import-plan.ts'
import { withoutControls } from './spelling.ts'

/** A whole p2p.yaml. `from`: the files that it was made of, as people see them. */
export function newDocument({ tunnels, accounts }: ImportPlan, from: readonly string[]): string {
  const made = accounts.filter(({ place }) => place !== null)
  const blocks = tunnels.map((tunnel) => tunnelLines(tunnel, indent, { full: false }))
  const head = `# Made by p2p import from ${from.map((file) => (file === '-' ? 'standard input' : file)).join(', ')}`
  return [
    withoutControls(head),
    ...(made.length === 0 ? [] : ['accounts:', ...made.flatMap((account) => accountLines(account, indent)), '']),
    tunnels.length === 0 ? 'tunnels: {}' : 'tunnels:',
    ...separated(blocks, true),
    '',
  ].join('\n')
}

export const indent = '  '

/** `spaced`: by blank lines. */
export function separated(blocks: readonly string[][], spaced: boolean): string[] {
  return blocks.flatMap((lines, index) => (index > 0 && spaced ? ['', ...lines] : lines))
}

/** One entry of `accounts`, below keys that stand `before` deep. */
export function accountLines({ name, user, kind, index, place, comments }: PlannedAccount, before: string): string[] {
  const inner = `${before}${indent}`
  const [[source, where] = ['env', '']] = Object.entries(place ?? {})
  // A variable's name is not a template; the other sources are texts.
  const secret = scalar(source === 'env' ? where : escapeTemplate(where))
  return [
    ...comments.map(({ text }) => `${before}# ${text}`),
    `${before}${name}:`,
    `${inner}user: ${userText(user)}`,
    ...(kind === 'auth_token' ? [`${inner}auth_index: ${index}`] : []),
    `${inner}${kind}: { ${source}: ${secret} }`,
  ]
}

/** An entry's lines in flow style on one line, without their comments: `NAME: { ... }`. */
export function flowEntry(lines: readonly string[]): string {
  const entry: unknown = parse(lines.filter((line) => !isComment(line)).join('\n'))
  return stringify(entry, { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(2, -2)
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#')
}

/** One entry of `tunnels`. `full`: also what is p2p's default, since `defaults` may say something else. */
export function tunnelLines(tunnel: PlannedTunnel, before: string, { full }: { full: boolean }): string[] {
  const { name, port, account, comments, imported } = tunnel
  const { uid, bind, encryption, maxDepth, server, program, disabled, restart } = imported
  const inner = `${before}${indent}`
  const about = (field: Field | null, at: string): string[] =>
    comments.filter((comment) => comment.about === field).map(({ text }) => `${at}# ${text}`)
  const filled = (entries: readonly Entry[], at: string): string[] =>
    entries.flatMap(([key, value, field]) => (value === null ? [] : [...about(field, at), `${at}${key}: ${value}`]))
  const byDefault = (text: string): string | null => (full ? text : null)
  const portAndBind: Entry[] = [
    ['port', String(port), 'port'],
    ['bind', bind ?? byDefault('127.0.0.1'), 'bind'],
  ]
  const connectd: Entry[] = [
    ['uid', uid, 'uid'],
    ['account', account === 'default' ? byDefault(account) : scalar(account), null],
    ['encryption', encryption ?? byDefault('xxtea'), 'encryption'],
    ['max_depth', maxDepth === null ? byDefault('12') : String(maxDepth), 'max_depth'],
    ['server', server === null ? null : scalar(escapeTemplate(server)), 'server'],
    ['program', program === null ? null : scalar(escapeTemplate(program)), null],
  ]
  const disabledLines = [
    `${inner}# enabled 0 in the old file: opened only by name or with --profile disabled`,
    `${inner}profiles: [disabled]`,
  ]
  return [
    ...about('account', before),
    ...about('tunnel', before),
    `${before}${name}:`,
    ...filled(portAndBind, inner),
    `${inner}connectd:`,
    ...filled(connectd, `${inner}${indent}`),
    ...(disabled ? disabledLines : []),
    ...filled([['restart', restart, 'restart']], inner),
    ...about('end', inner),
  ]
}

/** A key, its value, and what comments about it are marked with. */
type Entry = [key: string, value: string | null, field: Field | null]

/** A variable has a default, so that the file is valid before it is set. */
function userText(user: Given): string {
  return 'text' in user ? scalar(escapeTemplate(user.text)) : scalar(`\${${user.variable}:-you@example.com}`)
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
