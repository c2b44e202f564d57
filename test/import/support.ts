import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Context, Environment } from '../../src/core/context.ts'
import { P2pError } from '../../src/core/errors.ts'
import { formatError } from '../../src/report/diagnostics.ts'
import { run as runImport } from '../../src/commands/import/index.ts'
import type { ImportArgs } from '../../src/commands/import/types.ts'

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
export async function runCommand(setting: Setting, command: (ctx: Context) => Promise<number>): Promise<Said> {
  const said = { status: 0, stdout: '', stderr: '' }
  const ctx = contextFor(setting, said)
  try {
    said.status = await command(ctx)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    said.stderr += await formatError(error, { colour: false, masks: ctx.masks, debug: false })
    said.status = error.exitStatus
  }
  return said
}

/** `p2p import` with these arguments over its defaults. */
export function importWith(setting: Setting, args: Partial<ImportArgs>): Promise<Said> {
  const all: ImportArgs = { files: [], output: null, merge: false, json: false, strict: false, secrets: 'env', ...args }
  return runCommand(setting, (ctx) => runImport(ctx, all))
}

function contextFor({ cwd, env = {}, stdin = '', files = [] }: Setting, said: Said): Context {
  const output = (stream: 'stdout' | 'stderr'): Context['stdout'] => ({
    write: (text) => {
      said[stream] += text
    },
    isTTY: false,
    columns: null,
    colour: false,
  })
  return {
    cwd,
    env,
    stdin: { isTTY: false, readAll: () => Promise.resolve(new TextEncoder().encode(stdin)) },
    stdout: output('stdout'),
    stderr: output('stderr'),
    now: () => 0,
    interrupted: new AbortController().signal,
    globals: {
      files,
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'plain',
      quiet: false,
      lockTimeoutMs: 0,
      debug: false,
    },
    masks: [],
  }
}
