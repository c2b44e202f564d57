/** What the documentation says in Markdown: its files, command lines, links and headings. */
import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export const pages = [
  'README.md',
  'examples/README.md',
  ...readdirSync(resolve(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

export function textOf(page: string): string {
  return readFileSync(resolve(root, page), 'utf8')
}

/** Lines of shell blocks and code in the text that run p2p, without comments; each once. */
export function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
  const typed = blocks.flatMap(([, language, block = '']) => (language === 'sh' ? block.split('\n') : []))
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
  return [
    ...new Set(
      [...typed, ...inline].map((line) =>
        line
          .replace(/\s+#.*$/, '')
          .replace(/\s+/g, ' ')
          .trim(),
      ),
    ),
  ].filter((line) => /(^|[ (])p2p [a-z-]/.test(line))
}

/** The p2p commands of a line, as words. */
export function commandsIn(line: string): string[][] {
  return [...line.matchAll(/(?:^|[ (])p2p ([^;)&]*)/g)].map(([, rest = '']) =>
    [...rest.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      ([, single, double, plain]) => single ?? double ?? plain ?? '',
    ),
  )
}

/** Targets of links and pictures. */
export function linksIn(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** As GitHub and most generators of static sites name them. */
export function anchorsIn(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
