import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { folderWith, load } from '../config/support.ts'

const hex = (value: number): string => value.toString(16).padStart(2, '0')

const fleet = `name: fleet
accounts:
  default:
    user: \${REMOTEIT_USER:-you@example.com}
    password: { env: REMOTEIT_PASSWORD }
defaults:
  restart: on-failure
  connectd: { encryption: xxtea, max_depth: 12 }
tunnels:
${Array.from({ length: 1000 }, (_, index) => tunnel(index)).join('')}`

function tunnel(index: number): string {
  return `  pi-${index}:
    description: shell on bench pi number ${index}
    port: ${10_000 + index}
    labels: { rack: "${index % 40}" }
    connectd:
      uid: 80:00:00:00:01:${hex(index >> 8)}:${hex(index & 255)}:C2
    profiles: [bench]
`
}

test('loading and checking a thousand tunnels takes at most twice a bare parse of the same text', async () => {
  const folder = folderWith({ 'p2p.yaml': fleet })
  const timed = async (work: () => unknown): Promise<number> => {
    const started = performance.now()
    await work()
    return performance.now() - started
  }
  const parsing: number[] = []
  const loading: number[] = []
  const ratio = (): number => Math.min(...loading) / Math.min(...parsing)
  // Turn by turn, and the best of each: what else the machine does only adds. A loader that is too slow stays so.
  for (let round = 0; round < 8 || (round < 60 && ratio() >= 2); round += 1) {
    parsing.push(await timed(() => parse(fleet) as unknown))
    loading.push(await timed(() => load(folder)))
  }
  expect(ratio()).toBeLessThan(2)
})
