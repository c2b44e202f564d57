/** -d: continues in the background. Node can't fork, so a second Node starts, marked by a variable, and leads its session. */
import { spawn } from 'node:child_process'

/** Set in the daemon's environment only. */
const marker = 'CONNECTD_SIM_DAEMON'

export function isDaemon(env: NodeJS.ProcessEnv): boolean {
  return env[marker] === '1'
}

/** Starts the daemon and resolves with the parent's exit status. */
export function startDaemon(): Promise<number> {
  const [, script = '', ...args] = process.argv
  const daemon = spawn(process.execPath, [...process.execArgv, script, ...args], {
    // Observed: it changes to the root first, so relative names of the PID file and of -f start there.
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [marker]: '1' },
  })
  return new Promise((resolve) => {
    daemon.once('error', () => {
      resolve(1)
    })
    daemon.once('spawn', () => {
      daemon.unref()
      resolve(0)
    })
  })
}
