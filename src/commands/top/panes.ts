/** What `p2p top` shows beneath the tunnels. */
import { P2pError } from '../../core/errors.ts'
import type { Row } from '../../core/model.ts'
import type { WideLook } from '../../report/text/paint.ts'
import { sanitizeLine } from '../../report/text/sanitize.ts'
import { cut, fullMeter } from '../../report/text/width.ts'
import { whyText } from '../../report/why/index.ts'
import { tailOfRun } from '../../runtime/logs/log-file.ts'
import { keptSecrets } from '../../runtime/secrets/private-files.ts'
import type { World } from '../../runtime/state/world.ts'
import { gather } from '../why.ts'
import type { Observer } from './observer.ts'

/** The last lines of its newest run. */
export async function logsOf(world: World, { name, observed, spec, log }: Row, look: WideLook): Promise<string[]> {
  const lines = tailOfRun(log, observed?.record.logOffset ?? 0, (observed?.launched ?? spec)?.logs, 200)
  const { masks } = masking(world, name, look)
  const meter = await fullMeter()
  if (lines.length === 0) return [`${name} has printed nothing yet`]
  return lines.map((line) => cut(sanitizeLine(line, masks), look.columns ?? 80, meter))
}

/** As `p2p why` prints it. */
export async function whyOf(
  world: World,
  { declared, observed }: Observer,
  name: string,
  look: WideLook,
): Promise<string[]> {
  try {
    const text = await whyText(await gather(world, declared, name, observed), masking(world, name, look))
    return text.trimEnd().split('\n')
  } catch (error) {
    // Closed and forgotten while it was looked at.
    if (error instanceof P2pError) return [sanitizeLine(error.message, look.masks)]
    throw error
  }
}

/** A program may print the secrets of its tunnel. */
function masking(world: World, name: string, look: WideLook): WideLook {
  return { ...look, masks: [...look.masks, ...Object.values(keptSecrets(world, name))] }
}

export const help: readonly string[] = [
  'up, down, j, k      select a tunnel; also Home, End, Page up, Page down',
  'u, d, r             p2p up, down or restart of the selected tunnel',
  'o                   p2p open: its client in this terminal, then back here',
  'l, w                its newest output, or why it is as it is',
  '/                   only tunnels whose name or state has that text',
  'Esc                 closes what is below, then clears the filter',
  'q, Ctrl-C           leave; tunnels and commands that run keep running',
  '',
  'IN/S, OUT/S         bytes a second from and to the far end',
  '~                   about right, and both directions together: all that is known',
  'RTT                 how long the far end took to answer the last healthcheck',
  'CONNS 3 (8s)        counted 8 seconds ago: this machine has many sockets',
  '-                   not known',
]
