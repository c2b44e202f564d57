/** The program built from the sources as they are, in a folder of its own, and what it loads. */
import { build, type Metafile } from 'esbuild'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Program {
  /** Path of the entry point. */
  main: string
  /** Packages that are loaded with the part made from that source file, without what it loads later. */
  packagesWith: (source: string) => string[]
  remove: () => void
}

const root = resolve(import.meta.dirname, '../..')

export async function buildProgram(): Promise<Program> {
  // Below node_modules, so that packages are found from there.
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'p2p-cli-'))
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    define: { P2P_VERSION: '"1.2.3"' },
    metafile: true,
    logLevel: 'error',
  })
  return {
    main: join(folder, 'main.js'),
    packagesWith: (source) => packagesOf(metafile, source),
    remove: () => {
      rmSync(folder, { recursive: true })
    },
  }
}

function packagesOf({ outputs }: Metafile, source: string): string[] {
  const first = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)?.[0]
  if (first === undefined) throw new Error(`no part was made from ${source}`)
  const packages = new Set<string>()
  const parts = new Set([first])
  for (const part of parts) {
    for (const { path, kind, external } of outputs[part]?.imports ?? []) {
      if (kind === 'dynamic-import') continue
      if (external !== true) parts.add(path)
      else if (!path.startsWith('node:')) packages.add(path)
    }
  }
  return [...packages]
}
