/** The keys of a terminal, for a command that fills it. */
import { emitKeypressEvents } from 'node:readline'
import type { Keys, KeyUser } from '../core/context.ts'

/** As Node's readline tells them; its types leave out that a key may type nothing. */
interface Pressed {
  name?: string
  ctrl: boolean
  meta: boolean
}

export function takeKeys(user: KeyUser): Keys {
  const { stdin, stdout } = process
  let isTaken = false
  const setRaw = (raw: boolean): void => {
    try {
      stdin.setRawMode(raw)
    } catch {
      // The terminal is gone: its input ends as well.
    }
  }
  const resume = (): void => {
    isTaken = true
    setRaw(true)
    stdin.resume()
  }
  const pause = (): void => {
    isTaken = false
    stdin.pause()
    setRaw(false)
  }
  const pressed = (typed: string | undefined, { name = '', ctrl, meta }: Pressed): void => {
    if (ctrl) user.pressed(`ctrl-${name}`)
    else if (typed !== undefined && /^[^\p{C}]+$/u.test(typed)) user.pressed(typed)
    else if (!meta || name === 'escape') user.pressed(name)
  }
  const closed = (): void => {
    if (isTaken) user.closed()
  }
  const continued = (): void => {
    if (!isTaken) return
    // The shell has set modes of its own, and Node believes that nothing has changed.
    setRaw(false)
    resume()
    user.continued()
  }
  const giveBack = (): void => {
    pause()
    user.restore()
  }
  emitKeypressEvents(stdin)
  stdin.on('keypress', pressed).on('end', closed).on('error', closed)
  stdout.on('resize', user.resized)
  process.on('SIGCONT', continued).on('exit', giveBack).prependListener('uncaughtException', giveBack)
  resume()
  return {
    pause,
    resume,
    suspend() {
      pause()
      // Stops this process before the call returns: signals(7), and the first thread is the one that runs JavaScript.
      if (process.pid > 1) process.kill(process.pid, 'SIGTSTP')
      resume()
    },
    release() {
      giveBack()
      stdin.off('keypress', pressed)
      stdout.off('resize', user.resized)
      process.off('SIGCONT', continued).off('exit', giveBack).off('uncaughtException', giveBack)
    },
  }
}
