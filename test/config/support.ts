import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Environment, Globals } from '../../src/core/context.ts'
import { P2pError } from '../../src/core/errors.ts'
import { loadProject, type LoadedProject, type PortsInUse } from '../../src/config/load.ts'
import { formatDiagnostics } from '../../src/report/diagnostics.ts'
import { fakeContext, input, type FakeContext } from '../support/context.ts'

export interface Files {
  [path: string]: string | Uint8Array
}

/** A folder with these files, removed when the test is over. */
export function folderWith(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-config-')))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  writeFiles(folder, files)
  return folder
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

export interface Setting {
  env?: Environment
  globals?: Partial<Globals>
  stdin?: string
  ports?: Partial<PortsInUse>
}

export function contextIn(cwd: string, { env = {}, globals = {}, stdin = '' }: Setting = {}): FakeContext {
  return fakeContext(
    { progress: 'plain', lockTimeoutMs: 0, ...globals },
    { cwd, env, stdin: input(stdin), now: () => 0 },
  )
}

export const freePorts: PortsInUse = { recorded: () => ({}), taken: () => false }

export function load(folder: string, setting: Setting = {}): Promise<LoadedProject> {
  return loadProject(contextIn(folder, setting), { ports: { ...freePorts, ...setting.ports } })
}

/** Loads one p2p.yaml in a folder of its own. */
export function loadText(text: string, setting: Setting = {}, others: Files = {}): Promise<LoadedProject> {
  return load(folderWith({ 'p2p.yaml': text, ...others }), setting)
}

/** What a wrong project is told, as people see it. */
export async function mistakesIn(loading: Promise<LoadedProject>): Promise<string> {
  const error = await loading.then(
    () => new Error('it loaded'),
    (error: unknown) => error,
  )
  return diagnosticsOf(error)
}

/** The text of a failed load. Anything but a P2pError is thrown on. */
export async function diagnosticsOf(error: unknown): Promise<string> {
  if (!(error instanceof P2pError)) throw error
  const diagnostics = await formatDiagnostics(error.details, { colour: false, masks: [] })
  return diagnostics === '' ? `${error.message}\n  try: ${error.hint ?? ''}\n` : diagnostics
}
