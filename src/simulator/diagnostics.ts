/** connectd -n, -nc and -nat: its network diagnostics, as in the vendor's guide. */
import type { CommandLine } from '../connectd/argv.ts'
import { readEndpoint } from '../core/text/endpoint.ts'
import { tryTarget } from '../relay/connection.ts'
import type { Faults } from './faults.ts'
import type { SimulatorOutput } from './output.ts'
import { places } from './transcript.ts'

/** Prints the report, returns the status. Only -nc really connects; the rest is made up according to the faults. */
export async function diagnose(
  command: CommandLine & { does: 'diagnose' },
  faults: Faults,
  out: SimulatorOutput,
): Promise<number> {
  out.say('alloc pool\n')
  if (command.what === 'connect') {
    const endpoint = readEndpoint(command.address)
    const reached = endpoint !== null && (await tryTarget(endpoint)) === null
    out.say(`${reached ? 'Connected' : 'FAILED Connect'} to ${command.address}`)
    return reached ? 0 : 1
  }
  // Observed for 90 s.
  if (command.what === 'all' && faults.has('no-dns')) await new Promise(() => setInterval(() => undefined, 86_400_000))
  const reaches = !faults.has('no-ip') && !faults.has('service-down')
  if (command.what === 'all') out.say(reachReport(faults.has('no-ip'), reaches))
  out.say(reaches ? natReport : udpFailure)
  if (command.what === 'all') out.say(selfTests)
  // Whatever it found (observed).
  return 0
}

function reachReport(noNames: boolean, reaches: boolean): string {
  const names = noNames ? '[FAIL]\nCheck that this machine has a network connection and a DNS server.' : '[OK]'
  const tcp = reaches ? `<oip=${places.here}> [OK]` : ' [FAIL]\nCheck that a firewall does not block outgoing TCP.'
  return `
Running Network Diagnostics
---------------------------------
Checking if DNS works ... .${names}
Checking TCP connectivity to remote.it...${tcp}`
}

const udpFailure = `Checking UDP connectivity to remote.it... [FAIL]
Check that a firewall does not block outgoing UDP.`

const mapped = '[mip=203.0.113.9] [oport=59612 mport=59612]'
const natReport = `Checking UDP connectivity to remote.it...
Send to 192.0.2.59:5959 [] ${mapped} [preserve port]\x20
Send to 192.0.2.59:5960 [] ${mapped} [no remap] [preserve port]\x20
Send to 192.0.2.60:5961 [] ${mapped} [no remap] [preserve port different IP] [OK]

This router preserves ports, this is optimal.
This router doesn't remap new connections to new ports.`

const selfTests = `Static Pool Free\x20
Endian : Little
SHA1 test:
  passed.
RC4 test:
  passed
XXTEA test:
  passed.
Looks compatible.`
