/** Progress of `up`, `down` and `restart` on standard error: live on a terminal, lines or JSON elsewhere. */
import type { Context } from '../../core/context.ts'
import type { ApplyResult, TunnelEvent } from '../../core/events.ts'
import type { Plan } from '../../core/plan.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { describeEvent, eventJson, toneOf, type View } from './events.ts'
import { note } from '../lines.ts'
import { lookOf, paint } from '../text/paint.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { formatSummary, type Verb } from './summary.ts'
import { wholeSpan } from '../text/time.ts'

/** `stop` ends the live view, also when applying the plan threw; a second call does nothing. */
export interface Progress extends View {
  /** Stops, then prints the summary. */
  finish: (outcomes: ApplyResult) => Promise<void>
}

export function openProgress(ctx: Context, verb: Verb, plan: Plan): Progress {
  const mode = modeOf(ctx)
  const view = viewOf(mode, ctx, plan)
  const failedHooks: string[] = []
  return {
    ...view,
    event(event) {
      // In the live view a tunnel has one line, which says how the tunnel is.
      if (mode === 'tty' && event.type === 'hook') failedHooks.push(`${event.name}: ${describeEvent(event)}`)
      else view.event(event)
    },
    async finish(outcomes) {
      await view.stop()
      if (mode === 'json') return
      const look = { ...lookOf(ctx.stderr, ctx.masks), quiet: mode === 'quiet', told: mode === 'plain' }
      const summary = await formatSummary(
        { verb, outcomes, notices: [...plan.notices, ...failedHooks] },
        { ...look, now: ctx.now(), globals: ctx.globals },
      )
      ctx.stderr.write(summary)
    },
  }
}

type Mode = 'tty' | 'plain' | 'json' | 'quiet'

function modeOf({ globals, stderr, env }: Context): Mode {
  // JSON is complete, also with --quiet.
  if (globals.progress === 'json') return 'json'
  if (globals.quiet) return 'quiet'
  if (globals.progress !== 'auto') return globals.progress
  return stderr.isTTY && env['TERM'] !== 'dumb' ? 'tty' : 'plain'
}

function viewOf(mode: Mode, ctx: Context, plan: Plan): View {
  switch (mode) {
    case 'tty':
      return liveView(ctx, plan)
    case 'plain':
      return plainView(ctx, plan)
    case 'json':
      return jsonView(ctx, plan)
    case 'quiet':
      return { event: () => undefined, stop: () => Promise.resolve() }
    default:
      return unreachable(mode)
  }
}

/** Loaded at the first event that takes time: an `up` with nothing to do never pays for it. */
function liveView(ctx: Context, plan: Plan): View {
  let loading: Promise<View> | null = null
  const early: TunnelEvent[] = []
  const load = async (): Promise<View> => {
    const { openLiveView } = await import('./live.ts')
    const view = await openLiveView(ctx, plan)
    for (const event of early) view.event(event)
    return view
  }
  let loaded: View | null = null
  return {
    event(event) {
      if (loaded !== null) {
        loaded.event(event)
        return
      }
      early.push(event)
      if (toneOf(event) === 'busy') loading ??= load().then((view) => (loaded = view))
    },
    async stop() {
      await (await loading)?.stop()
    },
  }
}

/** One line for each event; tunnels that stay as they are appear only in the summary. */
function plainView(ctx: Context, plan: Plan): View {
  const names = Math.max(0, ...plan.actions.map(({ name }) => name.length))
  const say = (name: string, text: string, isBad = false): void => {
    const line = `${name.padEnd(names)}  ${sanitizeLine(text, ctx.masks)}`
    ctx.stderr.write(`${paint(line, 'red', isBad && ctx.stderr.colour)}\n`)
  }
  const reminder = remindOfWaits(say)
  return {
    event(event) {
      reminder.event(event)
      if (event.type === 'nothing' || (event.type === 'kept' && event.open)) return
      say(event.name, describeEvent(event), toneOf(event) === 'bad')
    },
    stop() {
      reminder.stop()
      return Promise.resolve()
    },
  }
}

/** Repeats what a tunnel waits for when no other event came: after 10 s, then 20, 40, ... */
function remindOfWaits(say: (name: string, text: string) => void): { event: View['event']; stop: () => void } {
  const timers = new Map<string, NodeJS.Timeout>()
  const remind = (name: string, what: string, waitedMs: number, afterMs: number): void => {
    const timer = setTimeout(() => {
      const waited = waitedMs + afterMs
      say(name, `still waiting for ${what} (${wholeSpan(waited)})`)
      remind(name, what, waited, afterMs * 2)
    }, afterMs)
    timers.set(name, timer.unref())
  }
  return {
    event(event) {
      clearTimeout(timers.get(event.name))
      if (event.type === 'waiting') remind(event.name, event.for, event.ms, 10_000)
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

function jsonView(ctx: Context, plan: Plan): View {
  for (const notice of plan.notices) note(ctx, notice)
  return {
    event(event) {
      ctx.stderr.write(eventJson(event, ctx.now(), ctx.masks))
    },
    stop: () => Promise.resolve(),
  }
}
