/** Reads what open tunnels print for lines that their `outcomes` name, and stops those that printed one. */
import { readOutputMeaning } from '../core/decide/exit-meaning.ts'
import type { ObservedProject } from '../core/decide/reconcile.ts'
import type { Problem, TunnelSpec } from '../core/model.ts'
import { LineReader } from '../runtime/logs/line-reader.ts'
import { stopForGood } from '../runtime/tunnel/failed-starts.ts'
import { withLock, type World } from '../runtime/state/world.ts'
import { type FSWatcher, watch } from '../runtime/machine.ts'

interface Watched {
  lines: LineReader
  watcher: FSWatcher | null
  /** Kept until it is stopped: the project may be busy now. */
  problem: Problem | null
}

export class OutcomeWatch {
  readonly #world: World
  readonly #changed: () => void
  readonly #watched = new Map<string, Watched>()

  /** `changed`: called when one of them has printed something. */
  constructor(world: World, changed: () => void) {
    this.#world = world
    this.#changed = changed
  }

  /** Records why, then stops: the retry, if one can help, comes as after any exit. */
  async follow(wanted: readonly TunnelSpec[], facts: ObservedProject, busy: ReadonlySet<string>): Promise<void> {
    const current = new Set<string>()
    for (const spec of wanted.filter(({ outcomes }) => outcomes.some(({ living }) => living))) {
      const observed = facts.tunnels.get(spec.name)
      if (observed?.process.kind !== 'running' || !observed.readied || busy.has(spec.name)) continue
      const { record } = observed
      current.add(record.attempt)
      const watched = this.#of(spec.name, record.attempt, record.logOffset)
      const problem = (watched.problem ??= readOutputMeaning(watched.lines.read(), spec))
      if (problem === null) continue
      await withLock(this.#world, () => stopForGood(this.#world, [{ spec, record, problem }]))
      this.#changed()
    }
    for (const [attempt, { watcher }] of this.#watched) {
      if (current.has(attempt)) continue
      watcher?.close()
      this.#watched.delete(attempt)
    }
  }

  stop(): void {
    for (const { watcher } of this.#watched.values()) watcher?.close()
    this.#watched.clear()
  }

  #of(name: string, attempt: string, offset: number): Watched {
    const path = this.#world.store.logOf(name)
    const known = this.#watched.get(attempt) ?? {
      lines: new LineReader(path, offset),
      watcher: this.#open(path),
      problem: null,
    }
    this.#watched.set(attempt, known)
    return known
  }

  /** Null: without a watch its output is read at each look. */
  #open(path: string): FSWatcher | null {
    try {
      return watch(path, this.#changed).on('error', () => undefined)
    } catch {
      return null
    }
  }
}
