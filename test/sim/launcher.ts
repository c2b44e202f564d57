// The launcher of src/runtime/tunnel/launcher.ts, played step by step with the system calls of its shell, and the programs
// that it starts. `steps` names the text of the shell that each step stands for; a test compares them.
import { SystemError } from './disk.ts'
import type { Computer, Process } from './computer.ts'

/** In the order of the script. */
export const steps = {
  trap: `trap 's=1' TERM INT HUP`,
  // The shell makes the file before it writes the line.
  claim: `command printf 'l %s\\n' "$$"`,
  began: `>"$f" || exit 125`,
  asksForSignal: `[ "$s" ] ||`,
  forksInner: `/bin/sh -c`,
  program: `command printf "p %s\\n" "$$" >>"$0" &&`,
  pidFile: `command printf "%s\\n" "$$" >|"$1" || exit 125`,
  exec: `exec "$@"`,
  waits: `|| rc=$?`,
  emptiesPidFile: `command printf '' >|"$p"`,
  ended: `command printf 'x %s\\n' "$rc" >>"$f"`,
}

/** How a program behaves: chosen anew for each start. */
export interface Behaviour {
  /** Milliseconds until it listens; null: never. */
  listensAfter: number | null
  /** Milliseconds until it ends by itself; null: never. */
  endsAfter: number | null
  status: number
  obeysTerm: boolean
  /** Milliseconds from TERM to its end. */
  dies: number
  /** Starts a process that leaves its group, keeps its environment, and outlives it. */
  forksEscapee: boolean
  /** Starts one only when it is told to end: nobody has seen it by then. */
  forksLate: boolean
}

export interface Launched {
  nonce: string
  runFile: string
  pidFile: string
  argv: readonly string[]
}

/** What the world knows of programs: which may be executed, what becomes of one. */
export interface Programs {
  /** What a p2p process does that is executed there: the supervisor. */
  isOurs: (argv: readonly string[]) => boolean
  becomeOurs: (process: Process, argv: readonly string[]) => void
  behaviourOf: (process: Process, launched: Launched) => { behaviour: Behaviour; port: number | null; label: string }
  /** A program runs from now on. */
  born: (process: Process) => void
}

/** From the moment that the shell is executed. */
export function playLauncher(computer: Computer, shell: Process, launched: Launched, programs: Programs): void {
  const { runFile, pidFile } = launched
  const { disk } = computer
  let signalled = false
  const next = (what: keyof typeof steps | 'exit', run: () => void): void => {
    computer.later(shell, 0.4, what, () => {
      try {
        run()
      } catch (error) {
        if (!(error instanceof SystemError)) throw error
        computer.exit(shell, 125)
      }
    })
  }
  const finish = (status: number): void => {
    next('emptiesPidFile', () => {
      const file = disk.findOrNull(pidFile)
      if (file?.kind === 'file') disk.truncate(file, pidFile)
      next('ended', () => {
        append(computer, runFile, `x ${status}\n`)
        next('exit', () => {
          computer.exit(shell, status)
        })
      })
    })
  }
  next('trap', () => {
    shell.onSignal = () => {
      signalled = true
    }
    next('claim', () => {
      disk.create(runFile, { isExclusive: true, mode: 0o600 })
      next('began', () => {
        append(computer, runFile, `l ${shell.pid}\n`)
        next('asksForSignal', () => {
          if (signalled) finish(143)
          else
            next('forksInner', () => {
              playInner(computer, shell, launched, programs, finish)
            })
        })
      })
    })
  })
}

function playInner(
  computer: Computer,
  shell: Process,
  launched: Launched,
  programs: Programs,
  ended: (status: number) => void,
): void {
  const { runFile, pidFile, nonce, argv } = launched
  // Until it is executed it looks like its parent.
  const inner = computer.start('inner', `inner of ${shell.label}`, {
    parent: shell,
    pgid: shell.pgid,
    nonce,
    argv: shell.argv,
  })
  inner.onExit = (status) => {
    if (inner.parent?.isAlive === true) ended(status)
  }
  const next = (what: keyof typeof steps, run: () => void): void => {
    computer.later(inner, 0.4, what, () => {
      try {
        run()
      } catch (error) {
        if (!(error instanceof SystemError)) throw error
        computer.exit(inner, 125)
      }
    })
  }
  next('forksInner', () => {
    inner.argv = ['/bin/sh', '-c', '', runFile, pidFile, ...argv]
    next('program', () => {
      append(computer, runFile, `p ${inner.pid}\n`)
      next('pidFile', () => {
        const { disk } = computer
        const file = disk.create(pidFile, { mode: 0o600 })
        disk.truncate(file, pidFile)
        disk.write(file, pidFile, Buffer.from(`${inner.pid}\n`), null)
        next('exec', () => {
          inner.argv = argv
          if (programs.isOurs(argv)) programs.becomeOurs(inner, argv)
          else playProgram(computer, inner, launched, programs)
        })
      })
    })
  })
}

function playProgram(computer: Computer, program: Process, launched: Launched, programs: Programs): void {
  const { behaviour, port, label } = programs.behaviourOf(program, launched)
  program.role = 'program'
  program.label = label
  const fork = (): Process =>
    computer.start('escapee', `escapee of ${label}`, { parent: program, nonce: launched.nonce, argv: ['escapee'] })
  program.onSignal = () => {
    if (!behaviour.obeysTerm) return
    program.onSignal = () => undefined
    if (behaviour.forksLate) fork()
    computer.later(program, behaviour.dies, 'obeys', () => {
      computer.exit(program, 143)
    })
  }
  programs.born(program)
  if (behaviour.listensAfter !== null && port !== null) {
    computer.later(program, behaviour.listensAfter, 'would listen', () => {
      const socket = computer.listen(program, '127.0.0.1', port)
      if (socket === null) computer.exit(program, 1)
      else if (behaviour.forksEscapee) {
        const escapee = fork()
        if (computer.random.chance(0.5)) socket.holders.add(escapee)
      }
    })
  }
  if (behaviour.endsAfter !== null) {
    computer.later(program, behaviour.endsAfter, 'is done', () => {
      computer.exit(program, behaviour.status)
    })
  }
}

/** `>>`: makes the file where it is gone. */
function append({ disk }: Computer, path: string, text: string): void {
  disk.write(disk.create(path, { mode: 0o600 }), path, Buffer.from(text), null)
}
