/**
 * Stands for `p2p up` in a terminal: what a test types, one JSON value a line, is a plan, then events, then the word
 * "finish". Its standard output may be elsewhere.
 */
import { createInterface } from 'node:readline'
import type { TunnelEvent } from '../../src/core/events.ts'
import type { Plan } from '../../src/core/plan.ts'
import { openProgress, type Progress } from '../../src/report/progress/progress.ts'
import { fakeContext } from '../support/context.ts'

const { stdin, stdout, stderr } = process
stdin.setRawMode(true)
const ctx = fakeContext(
  {},
  {
    now: Date.now,
    stdout: {
      write: (text) => void stdout.write(text),
      isTTY: stdout.isTTY,
      columns: stdout.isTTY ? stdout.columns : null,
      colour: false,
    },
    stderr: { write: (text) => void stderr.write(text), isTTY: true, columns: stderr.columns, colour: true },
  },
)

void play().then(() => process.exit(0))

async function play(): Promise<void> {
  let progress: Progress | null = null
  const tunnels = new Map<string, TunnelEvent>()
  stderr.write('ready\r\n')
  for await (const line of createInterface({ input: stdin })) {
    const value = JSON.parse(line) as Plan | TunnelEvent | 'finish'
    if (value === 'finish') break
    if ('actions' in value) {
      progress = openProgress(ctx, 'up', value)
    } else {
      tunnels.set(value.name, value)
      progress?.event(value)
    }
  }
  await progress?.finish({ tunnels, interrupted: false })
  stderr.write('done\n')
}
