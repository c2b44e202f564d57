/** Starts simulators with files and arguments as p2p and people do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { childFile, run, start, type Exit, type Program } from '../support/process.ts'

export const uid = '80:00:00:00:01:00:0A:C2'

/** A good provisioning file for `port`, with more lines before its end. */
export function provisioning(port: number, ...more: string[]): string {
  return [
    'user_id you@example.com',
    'auth_pass s3cret-marker',
    `remote_address ${uid}`,
    `proxy_local_port ${port}`,
    'proxy_bind_address 127.0.0.1',
    'encryption 2',
    'max_depth 12',
    'autoconnect 1',
    ...more,
    '# keep this line',
    '',
  ].join('\n')
}

/** The seven values of -c. */
export function arguments7(port: number): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  return ['-c', base64('you@example.com'), base64('s3cret-marker'), uid, `T${port}`, '2', '127.0.0.1', '12']
}

/** Knobs without their prefix; everything runs fifty times as fast unless told otherwise. */
function knobs(given: Record<string, string | number> = {}): Record<string, string> {
  const all = { SPEED: 50, ...given }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`CONNECTD_SIM_${name}`, String(value)]))
}

export const simulator = childFile('connectd-sim')

export interface Simulators {
  /** Gone at the end of the test file. */
  folder: string
  /** Writes a provisioning file and gives its path. */
  file: (text: string) => string
  start: (args: string[], given?: Record<string, string | number>, stdin?: 'ignore' | 'pipe') => Program
  /** Runs to the end. */
  run: (args: string[], given?: Record<string, string | number>) => Promise<Exit & { output: string }>
}

export function simulators(): Simulators {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-simulator-'))
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  let files = 0
  return {
    folder,
    file(text) {
      const path = join(folder, `tunnel-${(files += 1)}.txt`)
      writeFileSync(path, text)
      return path
    },
    start: (args, given, stdin = 'ignore') => start(simulator, args, { env: knobs(given), cwd: folder, stdin }),
    run: (args, given) => run(simulator, args, { env: knobs(given), cwd: folder }),
  }
}

/** Output without what changes from run to run: PID, times, the counter. */
export function steady(output: string): string {
  return output
    .replace(/pid=\d+/g, 'pid=PID')
    .replace(/time \d+ {2}<\d{5}>/g, 'time T  <COUNT>')
    .replace(/^\d{5}> /gm, 'COUNT> ')
    .replace(/(Timed Out\.) \d+/, '$1 COUNT')
}
