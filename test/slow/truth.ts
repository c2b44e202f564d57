/** How long after a fault `ps` tells the truth of it, for each kind of fault. */
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../support/ports.ts'
import type { DrivenProgram } from '../support/program.ts'
import { pidOf, read, type PsLine, type Rig } from '../support/rig.ts'

type Invocation = Awaited<ReturnType<DrivenProgram['next']>>

/** A tunnel of its own for the faults, `restart: no`, so that nothing changes what `ps` has to tell. */
export const victim = 'victim'

interface Victim {
  rig: Rig
  program: Invocation
  port: number
  /** What its health check looks for. */
  healthy: string
  /** Ends what the fault took. */
  after: (() => Promise<void> | void)[]
}

interface Fault {
  kind: string
  /** Returns when it has happened. */
  cause: (victim: Victim) => Promise<void> | void
  isTold: (line: PsLine, stderr: string) => boolean
}

const isNotOpen = ({ state }: PsLine): boolean => state === 'failed'

const faults: readonly Fault[] = [
  {
    kind: 'its program is killed',
    cause: ({ program }) => {
      process.kill(pidOf(program.pid), 'SIGKILL')
      return program.gone
    },
    isTold: isNotOpen,
  },
  {
    kind: 'its program exits',
    cause: async ({ program }) => {
      await program.exit(3)
      await program.gone
    },
    isTold: isNotOpen,
  },
  {
    kind: 'its program stops listening, and lives on',
    cause: ({ program }) => program.unlisten(),
    isTold: ({ state }) => state !== 'open',
  },
  {
    kind: 'its program is killed, another one listens there',
    cause: async ({ program, port, after }) => {
      process.kill(pidOf(program.pid), 'SIGKILL')
      await program.gone
      const stranger = createServer()
      await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
      after.push(
        () =>
          new Promise<void>((resolve) =>
            stranger.close(() => {
              resolve()
            }),
          ),
      )
    },
    isTold: isNotOpen,
  },
  {
    kind: 'its program is stopped (SIGSTOP)',
    cause: ({ program, after }) => {
      process.kill(pidOf(program.pid), 'SIGSTOP')
      after.push(() => void process.kill(pidOf(program.pid), 'SIGCONT'))
    },
    isTold: ({ state }) => state === 'unhealthy',
  },
  {
    kind: 'its health check fails (looked at each second)',
    cause: ({ healthy }) => {
      rmSync(healthy)
    },
    isTold: ({ state }) => state === 'unhealthy',
  },
  {
    kind: 'the supervisor is killed',
    cause: ({ rig }) => {
      const file = rig.files('state').find((name) => name.endsWith('/t/@supervisor/pid')) ?? ''
      process.kill(pidOf(Number(read(file))), 'SIGKILL')
    },
    isTold: (_, stderr) => stderr.includes('the supervisor is not running'),
  },
]

/** The tunnel that faults are tried on, for p2p.yaml. */
export async function declareVictim(
  rig: Rig,
): Promise<{ yaml: string; measure: (rounds: number) => Promise<string[]> }> {
  const program = await rig.program()
  const port = await freePort()
  const healthy = join(rig.folder, 'healthy')
  writeFileSync(healthy, '')
  const yaml = `  ${victim}:
    port: ${port}
    command: ${program.command}
    restart: no
    healthcheck: { command: [test, -e, ${JSON.stringify(healthy)}], interval: 1s, retries: 1 }
`
  return {
    yaml,
    measure: async (rounds) => {
      const lines: string[] = []
      for (const { kind, cause, isTold } of faults) {
        const took: number[] = []
        for (let round = 0; round < rounds; round += 1) {
          writeFileSync(healthy, '')
          await rig.p2p('down', victim, '-q')
          const up = rig.p2p('up', victim, '-q')
          const running = await program.next()
          await running.listen(port)
          await up
          const after: Victim['after'] = []
          await cause({ rig, program: running, port, healthy, after })
          const from = performance.now()
          took.push(await untilTold(rig, from, isTold))
          for (const undo of after) await undo()
        }
        took.sort((a, b) => a - b)
        lines.push(
          `${kind}: ${inSeconds(took[Math.floor(took.length / 2)])} (at most ${inSeconds(took.at(-1))}, ${rounds} times)`,
        )
      }
      return lines
    },
  }
}

/** Milliseconds from then until the end of the first `ps` that tells it. */
async function untilTold(rig: Rig, from: number, isTold: Fault['isTold']): Promise<number> {
  let last = ''
  while (performance.now() - from < 60_000) {
    const { stdout, stderr } = await rig.p2p('ps', '--json')
    const line = (JSON.parse(stdout) as PsLine[]).find(({ name }) => name === victim)
    if (line !== undefined && isTold(line, stderr)) return performance.now() - from
    last = `${JSON.stringify(line)} ${stderr}`
  }
  throw new Error(`ps did not tell within a minute: ${last}`)
}

function inSeconds(ms: number | undefined): string {
  return `${((ms ?? Number.NaN) / 1000).toFixed(1)} s`
}
