/** Reads commands of a connectd without `autoconnect`: `q` ends it. 4.6 floods its log at the end of input; here slowly. */
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
