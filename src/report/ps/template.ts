/**
 * `ps --format TEMPLATE`, the way docker writes them: `{{.Name}} {{.Port}}`. Keys are those of `--json`, in any case and
 * with or without `_` and `-`; `{{json .Key}}` gives a value as JSON and `{{json .}}` the whole entry; `\t` and `\n`
 * stand for tab and newline. A value that is not there prints as nothing.
 */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { P2pError } from '../../core/errors.ts'
import { suggest } from '../../core/text/did-you-mean.ts'
import { sanitizeJson, sanitizeLine } from '../text/sanitize.ts'
import type { PsEntry } from './entry.ts'

export type PrintEntry = (entry: PsEntry) => string

/** @throws P2pError 'usage' for a key that does not exist, whether or not there is a tunnel to print. */
export function compileTemplate(template: string, masks: readonly string[]): PrintEntry {
  const pieces: PrintEntry[] = []
  let end = 0
  for (const match of template.matchAll(/\{\{(.*?)\}\}/gs)) {
    const literal = unescapeText(template.slice(end, match.index))
    const print = compilePlaceholder((match[1] ?? '').trim(), masks)
    pieces.push(() => literal, print)
    end = match.index + match[0].length
  }
  const rest = unescapeText(template.slice(end))
  pieces.push(() => rest)
  return (entry) => pieces.map((print) => print(entry)).join('')
}

function compilePlaceholder(text: string, masks: readonly string[]): PrintEntry {
  const match = /^(json\s+)?\.([A-Za-z_-]*)$/.exec(text)
  if (!match || (match[2] === '' && match[1] === undefined)) {
    throw new P2pError('usage', `--format does not know {{${sanitizeLine(text, masks)}}}`, {
      hint: 'write {{.Name}}, {{.Port}}, {{json .}} or any other key of p2p ps --json',
    })
  }
  if (match[2] === '') return (entry) => sanitizeJson(entry, masks)
  const key = keyNamed(match[2] ?? '')
  if (match[1] !== undefined) return (entry) => sanitizeJson(entry[key], masks)
  return (entry) => sanitizeLine(valueText(entry, key), masks)
}

function keyNamed(name: string): keyof PsEntry {
  const wanted = plain(name)
  const key = keys.find((one) => plain(one) === wanted)
  if (key !== undefined) return key
  throw new P2pError('usage', `--format: there is no key {{.${name}}}`, {
    hint: suggest(wanted, keys, `there are: ${keys.join(', ')}`, (key) => `{{.${key}}}`),
  })
}

function plain(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase()
}

function valueText(entry: PsEntry, key: keyof PsEntry): string {
  if (key === 'endpoints') return entry.endpoints.map(formatEndpoint).join(',')
  if (key === 'profiles') return entry.profiles.join(',')
  if (key === 'labels') {
    return Object.entries(entry.labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(',')
  }
  return entry[key]?.toString() ?? ''
}

function unescapeText(text: string): string {
  return text.replace(/\\([tn])/g, (_, letter: string) => (letter === 't' ? '\t' : '\n'))
}

/** Every key of an entry, checked by the compiler to be all of them. */
const keys = Object.keys({
  project: 0,
  name: 0,
  driver: 0,
  state: 0,
  reason: 0,
  code: 0,
  host: 0,
  port: 0,
  url: 0,
  target: 0,
  pid: 0,
  launcherPid: 0,
  startedAt: 0,
  uptimeSeconds: 0,
  restarts: 0,
  exitCode: 0,
  exitSignal: 0,
  nextRetryAt: 0,
  config: 0,
  description: 0,
  endpoints: 0,
  profiles: 0,
  labels: 0,
  log: 0,
  health: 0,
} satisfies Record<keyof PsEntry, 0>) as (keyof PsEntry)[]
