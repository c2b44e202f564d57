/** Reads hidden input from the terminal on standard input. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'

/** '' at the end of input (Ctrl-D). @throws P2pError 'interrupted' on Ctrl-C, or the reason of `ctx.interrupted`. */
export async function askHidden(ctx: Context, question: string): Promise<string> {
  const terminal = new ReadStream(0)
  // readline echoes to its output, which is discarded; the question goes to stderr.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const lines = createInterface({ input: terminal, output: nowhere, terminal: true, historySize: 0 })
  try {
    // After readline has switched off the echo, so that fast typing is not echoed either.
    ctx.stderr.write(question)
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => {
        reject(ctx.interrupted.reason as Error)
      }
      if (ctx.interrupted.aborted) stop()
      ctx.interrupted.addEventListener('abort', stop, { once: true })
      lines.once('line', resolve)
      lines.once('close', () => {
        resolve('')
      })
      // In raw mode the terminal sends Ctrl-C as a character.
      lines.once('SIGINT', () => {
        reject(new P2pError('interrupted', 'interrupted: nothing was stored'))
      })
    })
  } finally {
    lines.close()
    terminal.pause()
    ctx.stderr.write('\n')
  }
}
