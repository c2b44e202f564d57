/** `p2p explain KEY`: what schemas/REFERENCE.md, which is made from the schema, says of a key of p2p.yaml. */
import { join } from 'node:path'
import { schemaPath } from '../config/read/disk.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import { readUserText } from '../runtime/files/user-files.ts'
import { fullMeter, wrap } from '../report/text/width.ts'

interface Entry {
  key: string
  chapter: string
  /** Its Markdown. */
  lines: string[]
}

/** @throws P2pError 'usage' for a key that p2p.yaml does not have */
export async function run(ctx: Context, { key: asked }: { key: string | null }): Promise<number> {
  const entries = readReference()
  if (asked === null) {
    const top = entries.filter(({ chapter }) => chapter === entries[0]?.chapter)
    ctx.stdout.write(await drawn(listOf(top), ctx))
    return 0
  }
  const found = entriesFor(asked.replace(/\[\d*\]/g, '').split('.'), entries)
  if (found.length === 0) throw unknown(asked, entries)
  const texts = await Promise.all(found.map((entry) => drawn(explained(entry, entries), ctx)))
  ctx.stdout.write(texts.join('\n'))
  return 0
}

/** @throws P2pError where the package lacks it */
function readReference(): Entry[] {
  const schema = schemaPath()
  const text = schema === null ? null : readUserText(join(schema, '../REFERENCE.md'))
  if (text === null) {
    throw new P2pError('system.missing', 'the reference is not in this installation', { hint: 'install p2p again' })
  }
  const entries: Entry[] = []
  let chapter = ''
  for (const line of text.split('\n')) {
    const title = /^## (.*)/.exec(line)?.[1]
    const key = /^### `(.*)`/.exec(line)?.[1]
    if (title !== undefined) chapter = title
    else if (key !== undefined) entries.push({ key, chapter, lines: [] })
    else if (entries.at(-1)?.chapter === chapter) entries.at(-1)?.lines.push(line)
  }
  return entries
}

/** `tunnels.db.port`: the last part in the chapter of the nearest part before it that has one; names have none. */
function entriesFor(path: readonly string[], entries: readonly Entry[]): Entry[] {
  const key = path.at(-1)
  const named = entries.filter((entry) => entry.key === key)
  for (const part of path.slice(0, -1).reverse()) {
    const inside = named.filter(({ chapter }) => isAbout(chapter, part))
    if (inside.length > 0) return inside
  }
  // Alone it is the key where people meet it first.
  if (path.length < 2) return named.slice(0, 1)
  // Below `tunnels` and `accounts` are names of the user's own.
  const [, above = ''] = path.toReversed()
  const isName = named.length === 0 && entries.some(({ chapter }) => /^An? /.test(chapter) && isAbout(chapter, above))
  return isName && above !== 'defaults' ? entriesFor(path.slice(0, -1), entries) : named
}

/** `A tunnel` is about `tunnels`, and about `defaults`, which has the same keys. */
function isAbout(chapter: string, part: string): boolean {
  const one = part === 'defaults' ? 'tunnel' : part.replace(/s$/, '')
  return [`A ${one}`, `An ${one}`, `Keys of ${part}`, `Keys of an entry of ${part}`].includes(chapter)
}

function explained({ key, chapter, lines }: Entry, entries: readonly Entry[]): string[] {
  const below = entries.filter((entry) => isAbout(entry.chapter, key))
  return [
    `${key}  (${chapter.toLowerCase()})`,
    ...lines.slice(0, lines.findLastIndex((line) => line !== '') + 1),
    ...(below.length === 0 ? [] : ['', 'Keys below it:', '', ...listOf(below)]),
  ]
}

function listOf(entries: readonly Entry[]): string[] {
  const width = Math.max(0, ...entries.map(({ key }) => key.length))
  return entries.map(({ key, lines }) => `  ${key.padEnd(width)}  ${firstSentence(lines.join(' '))}`)
}

function firstSentence(text: string): string {
  return /^\s*(.*?[.:])(?:\s|$)/.exec(text)?.[1]?.replace(/:$/, '.') ?? ''
}

/** Markdown as plain text: examples are indented, links are their words. */
async function drawn(lines: readonly string[], { stdout }: Context): Promise<string> {
  const meter = await fullMeter()
  const columns = Math.min(stdout.columns ?? 100, 100)
  const out: string[] = []
  let isCode = false
  for (const line of lines) {
    if (line.startsWith('```')) isCode = !isCode
    else if (isCode) out.push(`  ${line}`)
    else {
      const plain = line
        .replace(/\[([^\]]+)\]\(#[^)]*\)/g, '$1')
        .replace(/^- /, '  ')
        .replaceAll('`', '')
      const indent = /^ {2}\S+ +/.exec(plain)?.[0].length ?? 0
      out.push(...wrap(plain, columns, indent, meter))
    }
  }
  while (out.at(-1) === '') out.pop()
  return out.map((line) => `${line}\n`).join('')
}

function unknown(asked: string, entries: readonly Entry[]): P2pError {
  const last = asked.split('.').at(-1) ?? asked
  const keys = new Set(entries.map(({ key }) => key))
  return new P2pError('usage', `p2p.yaml has no key ${asked}`, {
    hint: suggest(last, keys, 'p2p explain lists the keys at the top'),
  })
}
