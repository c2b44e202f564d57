/** connectd -n, -nc and -nat: its network diagnostics, as in the vendor's guide. */
import { connect } from 'node:net'
import type { CommandLine } from '../connectd/argv.ts'
import { readEndpoint } from '../core/text/endpoint.ts'
import type { Faults } from './faults.ts'
import type { SimulatorOutput } from './output.ts'
import { places } from './transcript.ts'

/** Prints the report, returns the status. Only -nc really connects; the rest is made up according to the faults. */
export async function diagnose(
  command: CommandLine & { does: 'diagnose' },
  faults: Faults,
  out: SimulatorOutput,
): Promise<number> {
  out.say('alloc pool')
  out.say('')
  switch (command.what) {
    case 'connect':
      return tryConnect(command.address, out)
    case 'nat':
      return sayAll(natLines(faults), out)
    case 'all':
      // Observed for 90 s.
      if (faults.has('no-dns')) await new Promise(() => setInterval(() => undefined, 86_400_000))
      return sayAll([...reachLines(faults), ...natLines(faults), ...selfTestLines], out)
  }
}

async function tryConnect(address: string, out: SimulatorOutput): Promise<number> {
  const endpoint = readEndpoint(address)
  const reached = endpoint !== null && (await connects(endpoint))
  out.say(reached ? `Connected to ${address}` : `FAILED Connect to ${address}`)
  out.flush()
  return reached ? 0 : 1
}

function connects(endpoint: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, timeout: 5000 })
    const answer = (reached: boolean) => () => {
      socket.destroy()
      resolve(reached)
    }
    socket.on('connect', answer(true)).on('error', answer(false)).on('timeout', answer(false))
  })
}

/** Status 0, whatever it found (observed). */
function sayAll(lines: readonly string[], out: SimulatorOutput): number {
  for (const line of lines) out.say(line)
  out.flush()
  return 0
}

function reaches(faults: Faults): boolean {
  return !faults.has('no-ip') && !faults.has('service-down')
}

function reachLines(faults: Faults): string[] {
  return [
    '',
    'Running Network Diagnostics',
    '---------------------------------',
    ...(faults.has('no-ip') ? ['Checking if DNS works ... .[FAIL]', noNames] : ['Checking if DNS works ... .[OK]']),
    ...(reaches(faults)
      ? [`Checking TCP connectivity to remote.it...<oip=${places.here}> [OK]`]
      : ['Checking TCP connectivity to remote.it... [FAIL]', noTcp]),
  ]
}

function natLines(faults: Faults): string[] {
  if (!reaches(faults)) return ['Checking UDP connectivity to remote.it... [FAIL]', noUdp]
  const mapped = '[mip=203.0.113.9] [oport=59612 mport=59612]'
  return [
    'Checking UDP connectivity to remote.it...',
    `Send to 192.0.2.59:5959 [] ${mapped} [preserve port] `,
    `Send to 192.0.2.59:5960 [] ${mapped} [no remap] [preserve port] `,
    `Send to 192.0.2.60:5961 [] ${mapped} [no remap] [preserve port different IP] [OK]`,
    '',
    'This router preserves ports, this is optimal.',
    "This router doesn't remap new connections to new ports.",
  ]
}

const noNames = 'Check that this machine has a network connection and a DNS server.'
const noTcp = 'Check that a firewall does not block outgoing TCP.'
const noUdp = 'Check that a firewall does not block outgoing UDP.'

const selfTestLines = [
  'Static Pool Free ',
  'Endian : Little',
  'SHA1 test:',
  '  passed.',
  'RC4 test:',
  '  passed',
  'XXTEA test:',
  '  passed.',
  'Looks compatible.',
]
