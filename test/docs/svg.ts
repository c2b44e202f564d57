/** Draws what a terminal shows as an SVG: text in rows, with the colours that it was printed with. */

const size = { column: 8.43, row: 18, margin: 14 }
const colours: Record<string, string> = {
  31: 'r',
  32: 'g',
  33: 'y',
  34: 'b',
  35: 'm',
  36: 'c',
  90: 'd',
  2: 'd',
  1: 's',
}
const style = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}
rect{fill:#f6f8fa;stroke:#d1d9e0}.r{fill:#cf222e}.g{fill:#1a7f37}.y{fill:#9a6700}.b{fill:#0969da}.m{fill:#8250df}.c{fill:#1b7c83}.d{fill:#6e7781}.s{font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#161b22;stroke:#30363d}.r{fill:#ff7b72}.g{fill:#3fb950}.y{fill:#d29922}.b{fill:#58a6ff}.m{fill:#bc8cff}.c{fill:#39c5cf}.d{fill:#8b949e}}`

/** `text`: with SGR sequences; other sequences must be gone. `title`: for those who can't see it. */
export function terminalSvg(title: string, text: string): string {
  const rows = text.trimEnd().split('\n')
  const columns = Math.max(...rows.map((row) => textOf(row).length))
  const width = Math.ceil(columns * size.column + 2 * size.margin)
  const height = rows.length * size.row + 2 * size.margin
  const lines = rows.map((row, index) => {
    const y = size.margin + (index + 0.75) * size.row
    return `<text x="${size.margin}" y="${y}" xml:space="preserve">${spans(row)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>${style}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>
${lines.join('\n')}
</svg>
`
}

/** What a picture shows, without its colours. */
export function textOfSvg(svg: string): string {
  return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)]
    .map(([, row = '']) => row.replace(/<[^>]+>/g, ''))
    .join('\n')
    .replace(/&(lt|gt|amp);/g, (_, name: 'lt' | 'gt' | 'amp') => ({ lt: '<', gt: '>', amp: '&' })[name])
}

function textOf(row: string): string {
  return row.replace(/\x1b\[[\d;]*m/g, '')
}

function spans(row: string): string {
  let open = ''
  const out = row.split(/(\x1b\[[\d;]*m)/).map((part) => {
    const code = /^\x1b\[([\d;]*)m$/.exec(part)?.[1]
    if (code === undefined)
      return open === '' || part === '' ? escaped(part) : `<tspan class="${open}">${escaped(part)}</tspan>`
    open = colours[code.split(';').at(-1) ?? ''] ?? ''
    return ''
  })
  return out.join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
