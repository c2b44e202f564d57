/**
 * `import { openProject } from 'p2p-compose'`: the commands for programs. Each call runs a command with streams of its own:
 * it prints nothing, installs no signal handler, and never ends the process.
 */
import { run as runDown } from '../commands/down.ts'
import { run as runEvents } from '../commands/events.ts'
import { run as runPs } from '../commands/ps.ts'
import { run as runUp } from '../commands/up.ts'
import { run as runWait } from '../commands/wait.ts'
import { openProject as findProject } from '../commands/shared/find-project.ts'
import type { Context, Output } from '../core/context.ts'
import type { Tunnel, TunnelEvent } from '../core/generated/output.ts'
import type { Call, EventsOptions, OpenProject, Project, ProjectOptions } from './types.ts'

export const openProject: OpenProject = async (options = {}) => {
  const project = new OpenedProject(options)
  await project.find()
  return project
}

class OpenedProject implements Project {
  readonly #options: ProjectOptions

  constructor(options: ProjectOptions) {
    this.#options = options
  }

  async find(): Promise<void> {
    await this.#command({}, (ctx) => findProject(ctx, 'p2p ps'))
  }

  readonly up: Project['up'] = async ({ wait = true, waitTimeoutMs = null, ...call } = {}) => {
    const args = { ...plain, attach: false, detach: false, noDeps: false, forceRecreate: false, noRecreate: false }
    await this.#command(call, (ctx) =>
      runUp(ctx, {
        ...{ ...args, removeOrphans: false, exitCode: false },
        ...{ names: namesOf(call), noWait: !wait, waitTimeout: waitTimeoutMs },
      }),
    )
    return this.ps(call)
  }

  readonly down: Project['down'] = async (call = {}) => {
    const args = { ...plain, names: namesOf(call), timeout: null, purge: false, allProjects: false }
    const named = new Set((await this.ps(call)).map(({ name }) => name))
    await this.#command(call, (ctx) => runDown(ctx, args))
    // One that the file no longer declares is gone with its record.
    return (await this.ps({ signal: call.signal })).filter(({ name }) => named.has(name))
  }

  readonly ps: Project['ps'] = async (call = {}) => {
    const args = { names: namesOf(call), format: null, pids: false, status: [], check: false, watch: false }
    let text = ''
    await this.#command(
      call,
      (ctx) => runPs(ctx, { ...args, json: true }),
      (part) => (text += part),
    )
    return JSON.parse(text) as Tunnel[]
  }

  readonly wait: Project['wait'] = async ({ for: state = 'open', any = false, timeoutMs = null, ...call } = {}) => {
    const args = { names: namesOf(call), for: state, timeout: timeoutMs, any }
    return (await this.#command(call, (ctx) => runWait(ctx, args))) === 0
  }

  readonly events: Project['events'] = (options = {}) => ({ [Symbol.asyncIterator]: () => this.#eventsOf(options) })

  async *#eventsOf({ since, follow = false, ...call }: EventsOptions): AsyncGenerator<TunnelEvent> {
    const left = new AbortController()
    const signal = call.signal === undefined ? left.signal : AbortSignal.any([call.signal, left.signal])
    const seen = { lines: [] as string[], ended: false, wake: (): void => undefined }
    const args = { names: namesOf(call), since: since?.toISOString() ?? null, follow, json: true }
    const command = this.#command(
      { signal },
      (ctx) => runEvents(ctx, args),
      (line) => {
        seen.lines.push(line)
        seen.wake()
      },
    ).finally(() => {
      seen.ended = true
      seen.wake()
    })
    // Awaited at the end: until then it must not count as unhandled.
    command.catch(() => undefined)
    try {
      while (!seen.ended || seen.lines.length > 0) {
        const line = seen.lines.shift()
        if (line !== undefined) yield JSON.parse(line) as TunnelEvent
        else await new Promise<void>((resolve) => (seen.wake = resolve))
      }
      await command
    } finally {
      left.abort()
    }
  }

  /** `write` gets what it prints on standard output. Rejects with the reason of `call.signal` where that ended it. */
  async #command<Result>(
    { signal }: Call,
    command: (ctx: Context) => Promise<Result>,
    write: Output['write'] = () => undefined,
  ): Promise<Result> {
    signal?.throwIfAborted()
    const { cwd = process.cwd(), env = process.env, files = [], name, profiles = [] } = this.#options
    const result = await command({
      ...{ cwd, env, now: Date.now, masks: [], isHosted: true },
      stdin: { isTTY: false, read: () => Promise.resolve(new Uint8Array()) },
      stdout: outputTo(write),
      stderr: outputTo(() => undefined),
      interrupted: signal ?? new AbortController().signal,
      globals: {
        ...{ files: [...files], projectName: name ?? null, profiles: [...profiles], envFiles: [] },
        ...{ progress: 'quiet', quiet: true, lockTimeoutMs: 60_000, debug: false },
      },
    })
    signal?.throwIfAborted()
    return result
  }
}

const plain = { dryRun: false, json: false }

function namesOf({ names = [] }: Call): string[] {
  return [...names]
}

function outputTo(write: Output['write']): Output {
  return { write, isTTY: false, columns: null, colour: false }
}
