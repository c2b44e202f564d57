/**
 * The commands that a connectd without `autoconnect` reads from standard input: `q` ends it. At the end of its input 4.6 fills
 * its log as fast as it can; here the same lines come at a pace that does no harm.
 */
import type { Clock } from './clock.ts'
import type { SimulatorOutput } from './output.ts'

export function readCommands(input: NodeJS.ReadStream, clock: Clock, out: SimulatorOutput, quit: () => void): void {
  let heard = ''
  input.setEncoding('utf8')
  input.on('data', (chunk: string) => {
    const lines = (heard + chunk).split('\n')
    heard = lines.pop() ?? ''
    for (const line of lines) obey(line.trim())
  })
  input.on('error', () => undefined)
  input.on('end', () => {
    clock.every(endOfInputMs, () => {
      obey('')
    })
  })

  function obey(command: string): void {
    out.say(`command in = ${command}`)
    if (command === 'q') quit()
    else out.say(`unknown command = ${command}`)
  }
}

const endOfInputMs = 100
