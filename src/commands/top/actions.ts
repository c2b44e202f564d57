/** The commands that keys start, each as a p2p of its own beside the screen, which so never waits for one. */
import type { Context } from '../../core/context.ts'
import type { Row } from '../../core/model.ts'
import type { TopView } from '../../report/top/frame.ts'
import { ownCommand } from '../../runtime/process/own-program.ts'
import { runBeside } from '../../runtime/process/beside.ts'

type Say = (text: string, tone: NonNullable<TopView['message']>['tone']) => void

const mostAtOnce = 4
const keptOutput = 16 * 1024

export class Actions {
  /** Command lines, as a person would type them. */
  readonly running = new Set<string>()
  readonly #ctx: Context
  readonly #say: Say

  constructor(ctx: Context, say: Say) {
    this.#ctx = ctx
    this.#say = say
  }

  start(verb: 'up' | 'down' | 'restart', name: string): void {
    const line = `p2p ${verb} ${name}`
    if (this.running.has(line)) {
      this.#say(`${line} is still running`, 'busy')
      return
    }
    if (this.running.size >= mostAtOnce) {
      this.#say(`${[...this.running].join(', ')} are still running: wait for one of them`, 'bad')
      return
    }
    this.running.add(line)
    this.#say(`${line} ...`, 'busy')
    void this.#run(line, ownCommand([verb, name, ...globalWords(this.#ctx), '--progress', 'plain']))
  }

  async #run(line: string, argv: readonly string[]): Promise<void> {
    let output = ''
    const ended = await runBeside(argv, this.#ctx, (text) => {
      output = (output + text).slice(-keptOutput)
      this.#say(`${line}: ${linesOf(output).at(-1) ?? '...'}`, 'busy')
    })
    this.running.delete(line)
    if (typeof ended === 'string') this.#say(`${line} ${ended}`, 'bad')
    else this.#say(`${line}: ${outcome(linesOf(output), ended)}`, ended === 0 ? 'good' : 'bad')
  }
}

/** The flags that make a p2p mean the same project. */
export function globalWords({ globals }: Context): string[] {
  const { files, projectName, profiles, envFiles, lockTimeoutMs } = globals
  return [
    ...files.flatMap((file) => ['--file', file]),
    ...(projectName === null ? [] : ['--project-name', projectName]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    '--lock-timeout',
    `${lockTimeoutMs}ms`,
  ]
}

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '')
}

/** What went wrong, else the summary, which comes last. */
function outcome(lines: readonly string[], status: number): string {
  const problem = lines.flatMap((line) => /^(?:x \S+ +|p2p: )(.*)/.exec(line)?.[1] ?? [])[0]
  const last = lines.at(-1)?.split(';')[0]
  return status === 0 ? (last ?? 'done') : (problem ?? last ?? `exit status ${status}`)
}

/** Tunnels that need it directly, and run. Of those that run as declared what was launched is not read. */
export function dependantsOf(name: string, rows: readonly Row[]): string[] {
  return rows.flatMap(({ name: other, observed, spec }) => {
    const runs = observed !== null && observed.process.kind !== 'gone'
    const needs = (observed?.launched ?? spec)?.needs ?? []
    return runs && needs.some((need) => need.name === name) ? [other] : []
  })
}
