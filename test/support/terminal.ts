/** A real pseudo-terminal and the screen that a person would see. */
import * as pty from '@lydell/node-pty'
import xterm from '@xterm/headless'

export interface Screen {
  type: (text: string) => void
  resize: (columns: number, rows: number) => void
  /** What is on the screen, blank lines at the end left out. */
  lines: () => string[]
  /** Resolves as soon as the screen passes the test; rejects when the program ends without, or after 20 s. */
  until: (test: (lines: string[]) => boolean) => Promise<string[]>
  /** Everything that was sent, escape sequences included. */
  sent: () => string
  exited: Promise<number>
  /** As a terminal that is closed. */
  hangUp: () => void
  kill: () => void
}

export function openTerminal(
  program: string,
  args: string[],
  { columns, rows, env, cwd }: { columns: number; rows: number; env?: Record<string, string>; cwd?: string },
): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
  const child = pty.spawn(program, args, {
    cols: columns,
    rows,
    name: 'xterm-256color',
    cwd: cwd ?? process.cwd(),
    env: env ?? { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color' },
  })
  const waiting = new Set<() => void>()
  let sent = ''
  let ended = false
  const lines = (): string[] => {
    const { active } = terminal.buffer
    const all = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
    while (all.at(-1) === '') all.pop()
    return all
  }
  const recheck = (): void => {
    for (const check of waiting) check()
  }
  child.onData((data) => {
    sent += data
    terminal.write(data, recheck)
  })
  const exited = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      // What was sent before is drawn first.
      terminal.write('', () => {
        ended = true
        recheck()
        resolve(exitCode)
      })
    })
  })
  return {
    type: (text) => {
      child.write(text)
    },
    resize: (columns, rows) => {
      terminal.resize(columns, rows)
      child.resize(columns, rows)
    },
    lines,
    until: (test) =>
      new Promise((resolve, reject) => {
        const settle = (settled: () => void): void => {
          waiting.delete(check)
          clearTimeout(limit)
          settled()
        }
        const check = (): void => {
          const shown = lines()
          if (test(shown)) {
            settle(() => {
              resolve(shown)
            })
          } else if (ended) fail('the program ended')
        }
        const fail = (why: string): void => {
          settle(() => {
            reject(new Error(`${why} with this on the screen:\n${lines().join('\n')}`))
          })
        }
        const limit = setTimeout(() => {
          fail('20 seconds went by')
        }, 20_000)
        waiting.add(check)
        check()
      }),
    sent: () => sent,
    exited,
    hangUp: () => {
      if (!ended && Number.isSafeInteger(child.pid) && child.pid > 1) child.kill('SIGHUP')
    },
    kill: () => {
      if (!ended && Number.isSafeInteger(child.pid) && child.pid > 1) child.kill('SIGKILL')
    },
  }
}
