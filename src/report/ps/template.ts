// `ps --format TEMPLATE`, as in docker: `{{.Name}} {{.Port}}`, `{{json .Key}}`, `{{json .}}`, `\t` and `\n`. Keys are
// those of `--json`, in any case, with or without `_` and `-`. A missing value prints as nothing.
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { statusOf } from '../../core/decide/status.ts'
import { P2pError } from '../../core/errors.ts'
import type { Row } from '../../core/model.ts'
import { suggest } from '../../core/text/did-you-mean.ts'
import { sanitizeJson, sanitizeLine } from '../text/sanitize.ts'
import { psEntry, type PsEntry } from './entry.ts'

export type PrintEntry = (entry: PsEntry) => string

/** @throws P2pError 'usage' for an unknown key, even when there is no tunnel to print. */
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
  if (key === 'endpoints' || key === 'listensOn') return entry[key].map(formatEndpoint).join(',')
  if (key === 'profiles') return entry.profiles.join(',')
  if (key === 'next')
    return entry.next === null ? '' : [entry.next.what, entry.next.on ?? entry.next.at ?? []].flat().join(' ')
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

/** Every entry has the same keys: those of a tunnel without a record. */
const unknownTunnel: Row = {
  project: '',
  name: '',
  spec: null,
  observed: null,
  status: statusOf(null, { now: 0, bootId: '', next: null }),
  next: null,
  config: 'in-sync',
  log: '',
}
const keys = Object.keys(psEntry(unknownTunnel, 0)) as (keyof PsEntry)[]
