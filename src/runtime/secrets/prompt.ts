/** Asks for something that must not be seen, on the terminal that standard input is. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'

/**
 * One line as it was typed, without showing any of it; '' where the input was ended (Ctrl-D).
 * @throws P2pError 'interrupted' on Ctrl-C; the reason of `ctx.interrupted` when that is aborted.
 */
export async function askHidden(ctx: Context, question: string): Promise<string> {
  const terminal = new ReadStream(0)
  // readline echoes what it reads to its output: that goes nowhere, the question past it.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const lines = createInterface({ input: terminal, output: nowhere, terminal: true, historySize: 0 })
  try {
    // After readline has switched the echo off: fast typing is not seen either.
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
      // The terminal sends Ctrl-C as a character while nothing is echoed.
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
