/** The names that the port has: what the bundle takes from it. */
import { calm, Computer, type Process } from './computer.ts'
import { machineOf } from './port.ts'
import { promisesOn } from './promise.ts'
import { Random } from './random.ts'

export function machineNames(): string[] {
  const computer = new Computer(new Random(1), calm)
  const process: Process = computer.start('command', 'names')
  return Object.keys(machineOf(computer, process, promisesOn([]), () => undefined))
}
