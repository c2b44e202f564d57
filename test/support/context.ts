/** A context for code that runs in the test's own process: no terminal, and what was written is kept. */
import type { Context, Globals } from '../../src/core/context.ts'

/** Noon: what `now` of the context says, and what the tunnels of tunnel.ts count from. */
export const now = Date.parse('2026-03-01T12:00:00Z')

const defaultGlobals: Globals = {
  files: [],
  projectName: null,
  profiles: [],
  envFiles: [],
  progress: 'auto',
  quiet: false,
  lockTimeoutMs: 60_000,
  debug: false,
}

export interface FakeContext extends Context {
  said: { stdout: string; stderr: string }
}

export function fakeContext(globals: Partial<Globals> = {}, more: Partial<Context> = {}): FakeContext {
  const said = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text
    },
    isTTY: false,
    columns: null,
    colour: false,
  })
  return {
    cwd: '/project',
    env: {},
    stdin: input(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => now,
    interrupted: new AbortController().signal,
    globals: { ...defaultGlobals, ...globals },
    masks: [],
    ...more,
    said,
  }
}

/** Standard input that holds this text. */
export function input(text = ''): Context['stdin'] {
  return { isTTY: false, read: () => Promise.resolve(new TextEncoder().encode(text)) }
}
