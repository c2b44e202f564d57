/** Words and flags that several commands have. */
import type { Flag, Words } from '../command.ts'

export const tunnels = {
  kind: 'names',
  key: 'names',
  shown: 'NAME',
  describe: "Tunnels by name or pattern ('pi-*'); none means all of the project",
} as const satisfies Words

export const oneTunnel = { kind: 'word', key: 'name', shown: 'NAME', describe: 'The tunnel' } as const satisfies Words

export const json = { kind: 'switch', describe: 'Print as JSON' } as const satisfies Flag

export const timeout = { kind: 'duration', value: 'DURATION', default: null } as const
