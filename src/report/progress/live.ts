/** The live view: one line for each tunnel that something happens to, drawn by listr2 on standard error. */
import {
  DefaultRenderer,
  Listr,
  ListrDefaultRendererLogLevels as Mark,
  ListrLogger,
  ProcessOutput,
  type ListrTask,
} from 'listr2'
import type { Context, Output } from '../../core/context.ts'
import type { TunnelEvent } from '../../core/events.ts'
import type { Plan } from '../../core/plan.ts'
import { describeEvent, toneOf, type View } from './events.ts'
import { paint, type Colour } from '../text/paint.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { wholeSpan } from '../text/time.ts'
import { cut, fullMeter, type Meter } from '../text/width.ts'

/** With more lines than this, one line counts instead. */
const mostLines = 15
const refreshMs = 1000

export async function openLiveView(ctx: Context, plan: Plan): Promise<View> {
  const tunnels = new Map(watched(plan).map((tunnel) => [tunnel.name, tunnel]))
  const all = [...tunnels.values()]
  const names = Math.max(0, ...all.map(({ name }) => name.length))
  const lines = all.length > mostLines ? [countingLine(all, ctx)] : all.map((tunnel) => ownLine(tunnel, names, ctx))
  const { refresh, stop } = drawLines(ctx, await fullMeter(), lines)
  return {
    event(event) {
      const tunnel = tunnels.get(event.name)
      if (tunnel === undefined) return
      tunnel.last = { event, at: ctx.now() }
      tunnel.done = isLast(event, tunnel)
      refresh()
    },
    stop,
  }
}

/** A tunnel that something happens to, and its last event. */
interface Watched {
  name: string
  waitsFor: string[]
  /** Not done when it is stopped. */
  starts: boolean
  last: { event: TunnelEvent; at: number } | null
  done: boolean
}

interface Line {
  text: () => string
  tone: () => 'busy' | 'good' | 'bad'
}

function watched(plan: Plan): Watched[] {
  const active = plan.actions.filter(
    (action) => action.do === 'start' || action.do === 'stop' || (action.do === 'keep' && action.awaits),
  )
  const names = new Set(active.map(({ name }) => name))
  return [...names].map((name) => {
    const own = active.filter((action) => action.name === name)
    const before = own.flatMap(({ after }) => after.flatMap((index) => plan.actions[index]?.name ?? []))
    return {
      name,
      waitsFor: [...new Set(before)].filter((other) => other !== name),
      starts: own.some((action) => action.do !== 'stop'),
      last: null,
      done: false,
    }
  })
}

function isLast(event: TunnelEvent, tunnel: Watched): boolean {
  return event.type === 'stopped' ? !tunnel.starts : toneOf(event) !== 'busy'
}

function ownLine(tunnel: Watched, names: number, ctx: Context): Line {
  const name = tunnel.name.padEnd(names)
  return {
    text() {
      const { last, waitsFor } = tunnel
      if (last === null) return waitsFor.length === 0 ? name : `${name}  waiting for ${waitsFor.join(', ')}`
      return `${name}  ${describeNow(last.event, ctx.now() - last.at)}`
    },
    tone() {
      if (!tunnel.done || tunnel.last === null) return 'busy'
      return toneOf(tunnel.last.event) === 'bad' ? 'bad' : 'good'
    },
  }
}

function countingLine(all: readonly Watched[], ctx: Context): Line {
  return {
    text() {
      const done = all.filter((tunnel) => tunnel.done)
      const bad = done.filter((tunnel) => tunnel.last !== null && toneOf(tunnel.last.event) === 'bad').length
      const last = all.find((tunnel) => !tunnel.done && tunnel.last !== null)?.last ?? null
      const counts = `${done.length - bad} of ${all.length} done${bad === 0 ? '' : `, ${bad} failed`}`
      if (last === null) return counts
      return `${counts}; ${last.event.name}  ${describeNow(last.event, ctx.now() - last.at)}`
    },
    tone: () => (all.every(({ done }) => done) ? 'good' : 'busy'),
  }
}

/** The event `passedMs` later, with its time where it takes long. */
function describeNow(event: TunnelEvent, passedMs: number): string {
  if (event.type === 'waiting') return describeEvent({ ...event, ms: event.ms + passedMs })
  const words = describeEvent(event)
  return toneOf(event) === 'busy' && passedMs >= 2000 ? `${words} (${wholeSpan(passedMs)})` : words
}

function drawLines(
  ctx: Context,
  meter: Meter,
  lines: readonly Line[],
): { refresh: () => void; stop: () => Promise<void> } {
  // listr2 wraps at the width of stdout (80 without a terminal), not of stderr.
  const room = Math.min(ctx.stderr.columns ?? 80, ctx.stdout.columns ?? 80) - 4
  let stopped = false
  const tasks = lines.map((line) => {
    const title = (): string => cut(sanitizeLine(line.text(), ctx.masks), room, meter)
    let begun: { retitle: (title: string) => void; settle: (bad: boolean) => void } | null = null
    const refresh = (): void => {
      if (begun === null) return
      begun.retitle(title())
      if (line.tone() === 'busy' && !stopped) return
      begun.settle(line.tone() === 'bad')
      // A title set after the last task has ended would be drawn below the cleared view, and stay.
      begun = null
    }
    // listr2 starts its tasks later: the first refresh shows what happened before.
    const run: ListrTask['task'] = (_, own) =>
      new Promise<void>((resolve, reject) => {
        begun = {
          retitle: (text) => (own.title = text),
          settle: (bad) => {
            if (bad) reject(new Error('its title says why'))
            else resolve()
          },
        }
        refresh()
      })
    return { refresh, listed: { title: title(), task: run } }
  })
  const refresh = (): void => {
    for (const task of tasks) task.refresh()
  }
  const running = listOn(
    ctx.stderr,
    tasks.map(({ listed }) => listed),
  ).run()
  const timer = setInterval(refresh, refreshMs)
  return {
    refresh,
    async stop() {
      stopped = true
      clearInterval(timer)
      refresh()
      await running
    },
  }
}

function listOn(stderr: Output, tasks: ListrTask[]): { run: () => Promise<unknown> } {
  // listr2 falls back to another renderer where stdout is not a terminal; here stderr is.
  class StderrRenderer extends DefaultRenderer {
    static override nonTTY = true
  }
  const stream = { write: stderr.write, isTTY: true, columns: stderr.columns ?? 80 } as unknown as NodeJS.WriteStream
  const inColour = (colour: Colour) => (text: string | undefined) => paint(text ?? '', colour, stderr.colour)
  return new Listr<unknown, typeof StderrRenderer>(tasks, {
    concurrent: true,
    exitOnError: false,
    // main.ts handles signals.
    registerSignalListeners: false,
    renderer: StderrRenderer,
    rendererOptions: {
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream) }),
      // The summary replaces it.
      clearOutput: true,
      showErrorMessage: false,
      icon: { [Mark.COMPLETED]: '+', [Mark.FAILED]: 'x' },
      color: {
        [Mark.PENDING]: inColour('yellow'),
        [Mark.COMPLETED]: inColour('green'),
        [Mark.FAILED]: inColour('red'),
        [Mark.WAITING]: inColour('dim'),
      },
    },
  })
}
