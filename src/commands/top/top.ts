/** The screen of `p2p top` while it is shown: its loop, and what each key does. */
import type { Context, Keys } from '../../core/context.ts'
import type { Project, Row, State } from '../../core/model.ts'
import { statusOfSignal } from '../../core/text/signals.ts'
import { note } from '../../report/lines.ts'
import { Screen } from '../../report/screen.ts'
import { topFrame, type TopView } from '../../report/top/frame.ts'
import { Rates } from '../../report/top/rates.ts'
import { lookOf, type WideLook } from '../../report/text/paint.ts'
import { runInForeground } from '../../runtime/process/foreground.ts'
import { ownCommand } from '../../runtime/process/own-program.ts'
import { umaskOfUser, watchProject, type World } from '../../runtime/state/world.ts'
import { Actions, dependantsOf, globalWords } from './actions.ts'
import { Observer, type Seen } from './observer.ts'
import { help, logsOf, whyOf } from './panes.ts'

type Pane = 'logs' | 'why' | 'help'

const lookEveryMs = 1000

const page = 10
const moves: Readonly<Record<string, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  pageup: -page,
  pagedown: page,
  home: -Infinity,
  end: Infinity,
}
const verbs: Readonly<Record<string, 'up' | 'down' | 'restart'>> = { u: 'up', d: 'down', r: 'restart' }
const panes: Readonly<Record<string, Pane>> = { l: 'logs', w: 'why', '?': 'help' }

export class Top {
  readonly #world: World
  readonly #ctx: Context
  readonly #observer: Observer
  readonly #actions: Actions
  readonly #rates = new Rates()
  readonly #ended = new AbortController()
  #keys: Keys | null = null
  #releaseSignals: (() => void) | undefined
  /** Null: another program has the terminal, or the shell. */
  #screen: Screen | null = null
  #seen: Seen = { rows: [], problem: null, connectionsAgeMs: 0 }
  #selected: string | null = null
  #filter = { text: '', typing: false }
  #pane: Pane | null = null
  #message: TopView['message'] = null
  /** What `y` does. */
  #asked: (() => void) | null = null
  #drawing = false
  #drawAgain = false

  constructor(world: World, declared: Project | null, names: readonly string[]) {
    this.#world = world
    this.#ctx = world.ctx
    this.#observer = new Observer(world, declared, names)
    this.#actions = new Actions(world.ctx, (text, tone) => {
      // How one gets on must not hide how another ended.
      const isHidden = tone === 'busy' && this.#message !== null && this.#message.tone !== 'busy'
      if (this.#asked === null && !isHidden) this.#message = { text, tone }
      this.#draw()
    })
  }

  /** Until it is left; returns the exit status. */
  async run(takeKeys: NonNullable<Context['takeKeys']>): Promise<number> {
    const { interrupted } = this.#ctx
    const end = (): void => {
      this.#ended.abort()
    }
    interrupted.addEventListener('abort', end)
    this.#keys = await takeKeys({
      pressed: (key) => {
        this.#press(key)
      },
      resized: () => {
        this.#draw()
      },
      continued: () => {
        if (this.#screen !== null) this.#enter()
      },
      closed: end,
      restore: () => {
        this.#leave()
      },
    })
    this.#takeSignals()
    this.#enter()
    try {
      await watchProject({ ...this.#world, ctx: { ...this.#ctx, interrupted: this.#ended.signal } }, () => this.#look())
    } finally {
      this.#keys.release()
      this.#releaseSignals?.()
    }
    const { reason } = this.#ended.signal as { reason: unknown }
    if (reason instanceof Error && reason.name !== 'AbortError') throw reason
    for (const line of this.#actions.running) note(this.#ctx, `${line} is still running`)
    return typeof reason === 'string' ? statusOfSignal(reason) : 0
  }

  #takeSignals(): void {
    this.#releaseSignals = this.#ctx.takeSignals?.((signal) => {
      this.#ended.abort(signal)
    })
  }

  async #look(): Promise<number> {
    if (this.#screen === null) return lookEveryMs
    this.#seen = await this.#observer.look()
    this.#rates.add(this.#seen.rows, this.#ctx.now())
    this.#draw()
    return lookEveryMs
  }

  /** Drawn once it was looked again: what was seen before another program had the terminal may be long over. */
  #enter(): void {
    this.#screen = new Screen(this.#ctx.stdout)
    this.#look().catch((error: unknown) => {
      this.#ended.abort(error)
    })
  }

  #leave(): void {
    this.#screen?.end()
    this.#screen = null
  }

  /** One at a time: what changes meanwhile is drawn next. */
  #draw(): void {
    this.#drawAgain = true
    if (!this.#drawing) void this.#drawAll()
  }

  async #drawAll(): Promise<void> {
    this.#drawing = true
    try {
      while (this.#drawAgain && this.#screen !== null) {
        this.#drawAgain = false
        const look = lookOf(this.#ctx.stdout, this.#ctx.masks)
        this.#show(await topFrame(await this.#view(look), { ...look, rows: this.#ctx.stdout.rows ?? 24 }))
      }
    } catch (error) {
      this.#ended.abort(error)
    } finally {
      this.#drawing = false
    }
  }

  /** Unless the terminal has gone to another program in the meantime. */
  #show(text: string): void {
    this.#screen?.draw(text)
  }

  async #view(look: WideLook): Promise<TopView> {
    const { rows, problem, connectionsAgeMs } = this.#seen
    const counts = new Map<State, number>()
    for (const { status } of rows) counts.set(status.state, (counts.get(status.state) ?? 0) + 1)
    // What is drawn as selected stays so, whatever comes before it.
    this.#selected = this.#row()?.name ?? null
    return {
      project: this.#world.key.name,
      rows: this.#shown(),
      counts,
      flowOf: (name) => this.#rates.of(name),
      selected: this.#selected,
      filter: this.#filter,
      pane: await this.#paneView(look),
      message: this.#message ?? (problem === null ? null : { text: problem, tone: 'bad' }),
      connectionsAgeMs,
      now: this.#ctx.now(),
    }
  }

  async #paneView(look: WideLook): Promise<TopView['pane']> {
    if (this.#pane === 'help') return { title: 'help', lines: help, end: false }
    const row = this.#row()
    if (this.#pane === null || row === null) return null
    const lines = await (this.#pane === 'logs'
      ? logsOf(this.#world, row, look)
      : whyOf(this.#world, this.#observer, row.name, look))
    return { title: `${this.#pane} ${row.name}`, lines, end: this.#pane === 'logs' }
  }

  #shown(): readonly Row[] {
    const wanted = this.#filter.text.toLowerCase()
    return this.#seen.rows.filter(({ name, status }) => `${name} ${status.state}`.toLowerCase().includes(wanted))
  }

  /** The selected one, else the first. */
  #row(): Row | null {
    const rows = this.#shown()
    return rows.find(({ name }) => name === this.#selected) ?? rows[0] ?? null
  }

  #press(key: string): void {
    if (key === 'ctrl-c') this.#ended.abort()
    else if (this.#screen === null) this.#enter()
    else if (key === 'ctrl-z') this.#suspend()
    else if (this.#filter.typing) this.#type(key)
    else if (this.#asked !== null) this.#answer(key)
    else {
      this.#message = null
      this.#do(key)
      this.#draw()
    }
  }

  #do(key: string): void {
    const [by, verb, pane] = [moves[key], verbs[key], panes[key]]
    if (by !== undefined) this.#move(by)
    else if (verb !== undefined) this.#act(verb)
    else if (pane !== undefined) this.#pane = this.#pane === pane ? null : pane
    else if (key === 'o') void this.#open()
    else if (key === '/') this.#filter = { ...this.#filter, typing: true }
    else if (key === 'q') this.#ended.abort()
    else if (key === 'escape' && this.#pane !== null) this.#pane = null
    else if (key === 'escape') this.#filter = { text: '', typing: false }
  }

  #move(by: number): void {
    const rows = this.#shown()
    const at = rows.findIndex(({ name }) => name === this.#row()?.name)
    this.#selected = rows[Math.max(0, Math.min(at + by, rows.length - 1))]?.name ?? null
  }

  #type(key: string): void {
    const { text } = this.#filter
    if (key === 'escape') this.#filter = { text: '', typing: false }
    else if (key === 'return' || key === 'enter') this.#filter = { text, typing: false }
    else if (key === 'backspace') this.#filter = { text: text.replace(/.$/su, ''), typing: true }
    else if (/^.$/su.test(key)) this.#filter = { text: text + key, typing: true }
    this.#draw()
  }

  #answer(key: string): void {
    const act = this.#asked
    this.#asked = null
    this.#message = null
    if (key === 'y') act?.()
    this.#draw()
  }

  #act(verb: 'up' | 'down' | 'restart'): void {
    const name = this.#selected
    // Gone since it was drawn: the next one must not be taken for it.
    if (name === null || this.#row()?.name !== name) return
    const others = verb === 'down' ? dependantsOf(name, this.#seen.rows) : []
    if (others.length === 0) {
      this.#actions.start(verb, name)
      return
    }
    const [depend, keep] = others.length === 1 ? ['depends', 'keeps'] : ['depend', 'keep']
    const text = `close ${name}? y closes it; ${others.join(', ')} ${depend} on it and ${keep} running`
    this.#message = { text, tone: 'busy' }
    this.#asked = () => {
      this.#actions.start(verb, name)
    }
  }

  /** Runs its client in the foreground, with the terminal. */
  async #open(): Promise<void> {
    const name = this.#selected
    if (name === null || this.#row()?.name !== name || this.#keys === null) return
    this.#leave()
    this.#keys.pause()
    this.#releaseSignals?.()
    const argv = ownCommand(['open', name, ...globalWords(this.#ctx)])
    const { status } = await runInForeground(argv, this.#ctx, { env: { ...this.#ctx.env }, umask: umaskOfUser() })
    this.#takeSignals()
    this.#keys.resume()
    if (status === 0) this.#enter()
    else this.#ctx.stderr.write(`p2p open ${name}: exit status ${status}; press a key to return to p2p top\n`)
  }

  #suspend(): void {
    this.#leave()
    this.#keys?.suspend()
    this.#enter()
  }
}
