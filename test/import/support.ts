import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Context, Environment } from '../../src/core/context.ts'
import { P2pError } from '../../src/core/errors.ts'
import { formatError } from '../../src/report/diagnostics.ts'
import { run as runImport } from '../../src/commands/import/index.ts'
import type { ImportArgs } from '../../src/commands/import/types.ts'
import { fakeContext, input } from '../support/context.ts'

export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-import-')))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

export interface Said {
  status: number
  stdout: string
  stderr: string
}

export interface Setting {
  cwd: string
  env?: Environment
  stdin?: string
  files?: string[]
}

/** Runs a command as main.ts does: what it throws is said on stderr. */
export async function runCommand(
  { cwd, env = {}, stdin = '', files = [] }: Setting,
  command: (ctx: Context) => Promise<number>,
): Promise<Said> {
  const ctx = fakeContext({ files, progress: 'plain' }, { cwd, env, stdin: input(stdin), now: () => 0 })
  const { said } = ctx
  try {
    return { status: await command(ctx), ...said }
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    const text = await formatError(error, { colour: false, masks: ctx.masks, debug: false })
    return { status: error.exitStatus, stdout: said.stdout, stderr: said.stderr + text }
  }
}

/** `p2p import` with these arguments over its defaults. */
export function importWith(setting: Setting, args: Partial<ImportArgs>): Promise<Said> {
  const all: ImportArgs = { files: [], output: null, merge: false, json: false, strict: false, secrets: 'env', ...args }
  return runCommand(setting, (ctx) => runImport(ctx, all))
}
