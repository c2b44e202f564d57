/** Runs a command beside this one: in a session of its own, so that neither a key nor a closed terminal ends it. */
import type { Context } from '../../core/context.ts'
import { systemCode } from '../../core/errors.ts'
import { spawn } from '../machine.ts'

/** `hear` gets what it writes to standard error. Resolves with its exit status, or in words how else it ended. */
export async function runBeside(
  argv: readonly string[],
  { cwd, env }: Pick<Context, 'cwd' | 'env'>,
  hear: (text: string) => void,
): Promise<number | string> {
  const [program = '', ...args] = argv
  return await new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    child.stderr.setEncoding('utf8').on('data', hear)
    child.on('error', (error) => {
      resolve(`could not be started: ${systemCode(error) ?? 'unknown'}`)
    })
    child.on('close', (status, signal) => {
      resolve(status ?? `was ended by ${signal ?? 'a signal'}`)
    })
  })
}
