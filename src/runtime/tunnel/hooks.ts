/** Runs hooks: programs that the project file names for what happens to a tunnel. */
import { dirname, join } from 'node:path'
import { hookOf } from '../../core/decide/hooks.ts'
import { systemCode } from '../../core/errors.ts'
import type { StoredEvent, TunnelEvent } from '../../core/events.ts'
import type { HookName, TunnelSpec } from '../../core/model.ts'
import { escapeControls } from '../../core/text/control-characters.ts'
import { redact } from '../../core/text/redact.ts'
import { formatHookLine } from '../../core/text/run-border.ts'
import { namesIn } from '../files/read-file.ts'
import { removeFile, tolerating } from '../files/write-file.ts'
import { appendLines } from '../logs/log-file.ts'
import { newNonce } from '../process/nonce.ts'
import { attemptVariable } from '../process/system/index.ts'
import { keptEnvironment } from '../secrets/environment.ts'
import { keptSecrets } from '../secrets/private-files.ts'
import { facts } from '../state/events-read.ts'
import { appendEvents } from '../state/events-write.ts'
import { makeFolder } from '../state/store.ts'
import type { World } from '../state/world.ts'
import { runHook } from './hook-process.ts'
import { closeSync, openSync } from '../machine.ts'

interface Call {
  event: StoredEvent
  hook: HookName
  argv: string[]
  timeoutMs: number
  env: Record<string, string>
}

type HookFailure = Extract<TunnelEvent, { type: 'hook' }>

/** So many at once: a project with hundreds of tunnels closes them together. */
const lanes = 16

export class Hooks {
  readonly #world: World
  readonly #failed: (event: HookFailure, attempt: string | null) => void
  #noted: Call[] = []
  /** Which lane each tunnel's hooks take: those of one tunnel run one after the other. */
  readonly #laneOf = new Map<string, number>()
  readonly #lanes: Promise<void>[] = Array.from({ length: lanes }, () => Promise.resolve())

  /** `failed`: told of a hook that did not do its work, which is recorded by then. */
  constructor(world: World, failed: (event: HookFailure, attempt: string | null) => void) {
    this.#world = world
    this.#failed = failed
  }

  /** Records events and runs their hooks. Lock not held: a hook may call p2p. */
  record(events: readonly StoredEvent[]): void {
    for (const event of events) this.note(event)
    appendEvents(this.#world, events)
    this.begin()
  }

  /** Keeps what the hook of an event needs, before closing the tunnel removes it. */
  note(event: StoredEvent): void {
    const due = hookOf(event)
    if (due === null) return
    const spec = this.#world.store.readDesired().get(event.name)?.spec
    const argv = spec?.hooks?.[due.name]
    if (spec?.hooks === undefined || argv === undefined) return
    const env = this.#environmentOf(spec, due)
    this.#noted.push({ event, hook: due.name, argv, timeoutMs: spec.hooks.timeoutMs, env })
  }

  /** Runs the hooks of the noted events, which are recorded by now: a process that dies in between loses them, and doubles none. */
  begin(): void {
    for (const call of this.#noted.splice(0)) {
      const { name } = call.event
      const lane = this.#laneOf.get(name) ?? this.#laneOf.size % lanes
      this.#laneOf.set(name, lane)
      this.#lanes[lane] = (this.#lanes[lane] ?? Promise.resolve()).then(() => this.#run(call))
    }
  }

  async ended(): Promise<void> {
    await Promise.all(this.#lanes)
  }

  async #run({ event: { attempt, name, type }, hook, ...call }: Call): Promise<void> {
    const { store, ctx } = this.#world
    const write = (lines: readonly string[]): void => {
      tolerating({ despiteWriteErrors: true }, () => {
        appendLines(
          store.logOf(name),
          lines.map((line) => formatHookLine(hook, line)),
        )
      })
    }
    let reason: string | null
    try {
      if (attempt !== null && !this.#isFirst(name, attempt, type)) return
      reason = await runHook(this.#world, { ...call, write })
    } catch (error) {
      reason = `not run: ${systemCode(error) ?? 'its state folder is damaged'}`
    }
    if (reason === null) return
    const problem = { type: 'hook', name, hook, reason } as const
    appendEvents(this.#world, [{ at: ctx.now(), attempt, ...problem }])
    this.#failed(problem, attempt)
  }

  /** Two processes may record the same fact of one attempt: the first to leave its mark runs the hook. */
  #isFirst(name: string, attempt: string, type: TunnelEvent['type']): boolean {
    const fact = facts[type]
    // Recorded under the lock, once for each change.
    if (fact === undefined) return true
    const folder = this.#world.store.tunnelFolder(name)
    makeFolder(folder)
    const mark = `hook-${fact}-`
    try {
      closeSync(openSync(join(folder, mark + attempt), 'wx', 0o600))
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw error
    }
    for (const old of namesIn(folder)) if (old.startsWith(mark) && old !== mark + attempt) removeFile(join(folder, old))
    return true
  }

  /** That of the tunnel's program, without what comes from a secret's source. */
  #environmentOf(
    { name, launch }: TunnelSpec,
    { name: hook, reason }: { name: HookName; reason: string },
  ): Call['env'] {
    const { store, ctx, root, runtimeRoot } = this.#world
    const id = store.readRecords().get(name)?.environment
    const inherited = id === undefined ? null : keptEnvironment(this.#world, id)
    // Lost with the runtime folder. This process's own may hold secrets.
    const { PATH = '', HOME = '' } = ctx.env
    const variables = new Map(Object.entries(inherited?.variables ?? { PATH, HOME }))
    for (const [variable, text] of Object.entries(launch.env)) {
      if (typeof text === 'string') variables.set(variable, text)
      else variables.delete(variable)
    }
    const masks = [...ctx.masks, ...Object.values(keptSecrets(this.#world, name))]
    return {
      ...Object.fromEntries(variables),
      // For a p2p that it calls.
      P2P_STATE_DIR: root,
      P2P_RUNTIME_DIR: dirname(dirname(runtimeRoot)),
      P2P_EVENT: hook,
      P2P_TUNNEL: name,
      P2P_REASON: escapeControls(redact(reason, masks)).replace(/[\t\n]+/g, ' '),
      [attemptVariable]: newNonce(),
    }
  }
}
