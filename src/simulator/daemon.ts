/**
 * -d: the program continues in the background. connectd forks twice; Node can't fork, so a second Node begins anew in a session of
 * its own, marked by a variable as the daemon. What is left of the difference: the daemon leads its session.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/** Set in the daemon's environment only. */
const marker = 'CONNECTD_SIM_DAEMON'

export function isDaemon(env: NodeJS.ProcessEnv): boolean {
  return env[marker] === '1'
}

/** Starts the daemon and resolves with the status for the parent to end with at once. */
export function startDaemon(): Promise<number> {
  const [, script = '', ...args] = process.argv
  const daemon = spawn(process.execPath, [...process.execArgv, script, ...args], {
    // Observed: it changes directory first, so that relative names of the PID file and of -f mean the root.
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

/** The daemon's PID without a newline, mode 0666 less the umask, never removed (observed). */
export function writePidFile(path: string, pid: number): void {
  try {
    writeFileSync(path, String(pid), { mode: 0o666 })
  } catch {
    // connectd, too, runs without it.
  }
}
