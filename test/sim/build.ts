// Bundles program.ts with the real src into one function: called once for each simulated process, it gives that process
// modules, and so a memory, of its own. Its parameters are what a process gets from outside: machine.ts and Promise.
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as machine from '../../src/runtime/machine.ts'
import type * as program from './program.ts'
import type { Promises } from './promise.ts'

export type Program = typeof program

/** The same names as src/runtime/machine.ts. */
export type Machine = Record<keyof typeof machine, unknown>

export type NewProgram = (machine: Machine, promises: Promises) => Program

/** A change of one file of src: how a test breaks something. */
export interface Edit {
  file: string
  old: string
  text: string
}

/** `names`: what machine.ts has. */
export async function bundle(root: string, names: readonly string[], edits: readonly Edit[] = []): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['test/sim/program.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // Lowered to generators and a helper that uses our Promise.
    supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
    define: {
      'import.meta.url': JSON.stringify('file:///p2p/dist/main.js'),
      'import.meta.resolve': 'undefined',
    },
    logLevel: 'warning',
    plugins: [
      {
        name: 'simulated machine',
        setup: (plugin) => {
          plugin.onResolve({ filter: /\/machine\.ts$/ }, () => ({ path: 'machine', namespace: 'simulated' }))
          plugin.onResolve({ filter: /^(execa|tree-kill|@napi-rs\/keyring)$/ }, () => ({
            path: 'none',
            namespace: 'simulated',
          }))
          plugin.onLoad({ filter: /^machine$/, namespace: 'simulated' }, () => ({
            contents: `const m = __machine\nexport const ${names.map((name) => `${name} = m.${name}`).join(', ')}\n`,
          }))
          plugin.onLoad({ filter: /^none$/, namespace: 'simulated' }, () => ({
            contents: 'export default null; export const execa = null',
          }))
          for (const { file, old, text } of edits) {
            const path = join(root, file)
            plugin.onLoad({ filter: new RegExp(`^${path.replace(/[.\\]/g, '\\$&')}$`) }, () => {
              const before = readFileSync(path, 'utf8')
              if (!before.includes(old)) throw new Error(`${file} has no ${old}`)
              return { contents: before.replace(old, () => text), loader: 'ts' }
            })
          }
        },
      },
    ],
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Compiled once, called for each process. */
export function compile(code: string): NewProgram {
  const require = createRequire(import.meta.url)
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- our own bundle, with other globals
  const body = new Function('__machine', 'Promise', 'require', 'module', `${code}\nreturn module.exports`) as (
    machine: Machine,
    promises: Promises,
    require: NodeJS.Require,
    module: { exports: object },
  ) => Program
  return (machine, promises) => body(machine, promises, require, { exports: {} })
}
