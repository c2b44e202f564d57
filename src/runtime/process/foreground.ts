/** Runs a program of the user's in the foreground: with this process's terminal, streams and signals. */
import type { Context } from '../../core/context.ts'
import { systemCode } from '../../core/errors.ts'
import { statusOfSignal } from '../../core/text/signals.ts'
import { process, spawn } from '../machine.ts'

type Ended =
  /** As a shell reports it: its exit status, or 128 and the signal. */
  | { started: true; status: number }
  /** 127: not found; 126: can't be run. */
  | { started: false; status: 126 | 127; code: string }

/** `umask`: the one it gets. */
export async function runInForeground(
  argv: readonly string[],
  { cwd, stdin, takeSignals }: Pick<Context, 'cwd' | 'stdin' | 'takeSignals'>,
  { env, umask }: { env: NodeJS.ProcessEnv; umask: number },
): Promise<Ended> {
  const [program = '', ...args] = argv
  return await new Promise<Ended>((resolve) => {
    const own = process.umask(umask)
    let child: ReturnType<typeof spawn>
    try {
      child = spawn(program, args, { cwd, env, stdio: 'inherit' })
    } catch (error) {
      // Node throws, rather than emits, for an empty name, a NUL byte, and what the system seldom answers (ENOTDIR, E2BIG).
      resolve(program === '' ? notStarted('ENOENT') : notStarted(systemCode(error) ?? ''))
      return
    } finally {
      process.umask(own)
    }
    const release = takeSignals?.((signal) => {
      // A terminal gives these to the whole foreground group: the program has its own already.
      if (stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT')) return
      child.kill(signal)
    })
    child.on('error', (error) => {
      if (child.pid !== undefined) return
      release?.()
      resolve(notStarted(systemCode(error) ?? ''))
    })
    child.on('exit', (status, signal) => {
      release?.()
      resolve({ started: true, status: status ?? statusOfSignal(signal ?? '') })
    })
  })
}

function notStarted(code: string): Ended {
  return { started: false, status: code === 'ENOENT' ? 127 : 126, code }
}
