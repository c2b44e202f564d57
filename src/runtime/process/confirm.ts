/** Asks a question on the terminal. */
import { createInterface } from 'node:readline'
import { ReadStream } from 'node:tty'
import type { Context } from '../../core/context.ts'
import { openSync } from '../machine.ts'

/** Whether the answer begins with y; `otherwise` for an empty line. No at the end of input. @throws the reason of `ctx.interrupted` */
export async function confirm(ctx: Context, question: string, otherwise: boolean): Promise<boolean> {
  // A stream of its own: two on one descriptor would take each other's input.
  const terminal = new ReadStream(openSync('/dev/tty', 'r'))
  const lines = createInterface({ input: terminal })
  ctx.stderr.write(`${question} [${otherwise ? 'Y/n' : 'y/N'}] `)
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const stop = (): void => {
        reject(ctx.interrupted.reason as Error)
      }
      if (ctx.interrupted.aborted) stop()
      ctx.interrupted.addEventListener('abort', stop, { once: true })
      lines.once('line', (line) => {
        resolve(line.trim() === '' ? otherwise : /^y/i.test(line.trim()))
      })
      lines.once('close', () => {
        resolve(false)
      })
    })
  } finally {
    lines.close()
    terminal.destroy()
  }
}
