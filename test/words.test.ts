import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

/**
 * Words that a native engineer would have to translate, with one line that must be found and, where plain English needs
 * the word, one that must not. `instead`: what to write.
 */
const words: { banned: RegExp; found: string; allowed?: string; instead: string }[] = [
  { banned: /\bnobody\b/i, found: 'nobody waits for it', instead: 'no one, nothing, or the thing itself' },
  { banned: /\bsomebody\b/i, found: 'somebody closed it', instead: 'a person, another command, the user' },
  { banned: /\bwhoever\b/i, found: 'whoever holds the lock', instead: 'the process that ..., the caller' },
  { banned: /\bwherever\b/i, found: 'wherever it is', instead: 'anywhere, everywhere' },
  { banned: /\bheeds?\b/i, found: 'heed others', instead: 'respect, apply' },
  { banned: /\bnought\b/i, found: 'counts from nought', instead: 'zero' },
  { banned: /\bbears?\b/i, found: 'bears the nonce', instead: 'carries, has' },
  { banned: /\bmend(s|ed|ing)?\b/i, found: 'mended by hand', instead: 'fix' },
  {
    banned: /(?<!\b(?:there|here|where|this|it|that) )\bis no\b(?! (?:longer|more|problem))/i,
    found: 'what is no name is refused',
    allowed: 'there is no daemon',
    instead: 'is not a ...',
  },
  {
    banned: /(?<!\bthere )\b(?:is|are) none\b/i,
    found: 'where there are is none',
    instead: 'does not exist, is not one',
  },
  { banned: /\bstands? in (?!for\b)/i, found: 'what stands in the file', instead: 'is in, is written in' },
  { banned: /\b(?:is|are|be) told\b(?! apart)/i, found: 'the user is told', instead: 'is reported' },
  { banned: /\b(?:said|says) last\b/i, found: 'what it said last', instead: 'its last output' },
  { banned: /\bby its own word\b/i, found: 'open by its own word', instead: 'reported by' },
  { banned: /\b(?:goes|going) on\b/i, found: 'goes on in the background', instead: 'continues, keeps running' },
  { banned: /\bwhat there is\b/i, found: 'closes what there is', instead: 'everything that exists' },
  { banned: /\bto be had\b/i, found: 'no watch to be had', instead: 'available' },
  { banned: /\bmistakes?\b/i, found: 'has a mistake', instead: 'error' },
  { banned: /\bleave out one of both\b/i, found: 'leave out one of both', instead: 'use one or the other' },
  { banned: /\banew\b/i, found: 'starts it anew', instead: 'again' },
]

const texts = [
  ...readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|md)$/.test(file) && !file.includes('generated/'))
    .map((file) => `src/${file}`),
  ...[
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'examples/README.md',
    ...readdirSync('docs').flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : [])),
    'p2p.yaml',
    'schemas/p2p.schema.json',
    'schemas/REFERENCE.md',
  ],
]

test.each(words)('$banned finds what it bans, and nothing that plain English needs', ({ banned, found, allowed }) => {
  expect(found).toMatch(banned)
  if (allowed !== undefined) expect(allowed).not.toMatch(banned)
})

test('messages, help, docs and comments are in plain words', () => {
  const quaint = texts.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        words
          .filter(({ banned }) => banned.test(line))
          .map(
            ({ banned, instead }) =>
              `${file}:${index + 1}  ${banned.exec(line)?.[0] ?? ''} > ${instead}: ${line.trim()}`,
          ),
      ),
  )
  expect(quaint).toEqual([])
})
