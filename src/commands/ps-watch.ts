/** `p2p ps --watch`, until Ctrl-C: redraws a terminal as time passes; elsewhere prints a table when something changed. */
import type { Context } from '../core/context.ts'
import { formatNote, note } from '../report/lines.ts'
import { lookOf } from '../report/text/paint.ts'
import { Screen } from '../report/screen.ts'
import { watchProject, type World } from '../runtime/state/world.ts'

interface Frame {
  text: string
  /** Changes with the tunnels, but not with time. */
  mark: string
  note: string | null
}

const lookEveryMs = 1000

export async function watchPs(world: World, look: () => Promise<Frame>): Promise<number> {
  const { ctx } = world
  const { stdout } = ctx
  const screen = stdout.isTTY && ctx.env['TERM'] !== 'dumb' ? new Screen(stdout) : null
  let last: Frame | null = null
  try {
    await watchProject(world, async () => {
      const frame = await look()
      if (screen !== null) screen.draw(withNote(frame, ctx))
      else print(frame, last, ctx)
      last = frame
      return lookEveryMs
    })
  } finally {
    screen?.end()
  }
  return 0
}

function withNote({ text, note: said }: Frame, { stdout, masks }: Context): string {
  return said === null ? text : `${text}\n${formatNote(said, lookOf(stdout, masks))}\n`
}

function print(frame: Frame, before: Frame | null, ctx: Context): void {
  if (frame.mark !== before?.mark) ctx.stdout.write(frame.text)
  if (frame.note !== null && frame.note !== before?.note) note(ctx, frame.note)
}
