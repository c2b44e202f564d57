/** How connectd 4.6 ends: `!!exit [NNN] : text`, printed only with -s apart from 003. For driver and simulator. */
export const exits = {
  lifetime: { code: 1, text: 'process lifetime expired  {detail}.' },
  shutdown: { code: 2, text: 'shutdown packet received' },
  /** After SIGTERM and SIGINT: it was asked to stop. The line of a crash too, which exits with the signal's number. */
  signal: { code: 3, text: 'termination from signal {detail}' },
  disabled: { code: 4, text: 'Disabled By User Configuration' },
  'bad-user': { code: 10, text: 'bad user specified error {detail}' },
  auth: { code: 11, text: 'authentication error, exiting.' },
  'target-offline': { code: 12, text: 'auto connect failed, exiting' },
  session: { code: 13, text: 'Initiate session create failed.' },
  'service-down': { code: 14, text: 'Connection To remot3.it Service has Timed Out. {detail}' },
  'no-uid': { code: 15, text: 'cannot get UID from service, exiting.' },
  'udp-taken': { code: 16, text: 'Cannot Bind UDP Port {detail}' },
  /** The one that lies: the process ends with status 0 (observed). */
  'port-taken': { code: 17, text: 'Cannot Bind Proxy Port {detail}.' },
  'peer-closed': { code: 20, text: 'connection to peer closed or timed out.' },
  /** The console's `q`; the vendor's documentation says 30. */
  quit: { code: 20, text: 'user console exit' },
  'peer-failed': { code: 21, text: 'connection to peer failed.' },
  unknown: { code: 25, text: 'unknown reason.' },
} as const satisfies Record<string, { code: number; text: string }>

export type ExitName = keyof typeof exits

/** Status of the process: the code, except for a taken port (`fixed`: as later versions are said to do). */
export function exitStatus(name: ExitName, { fixed = false }: { fixed?: boolean } = {}): number {
  return name === 'port-taken' && !fixed ? 0 : exits[name].code
}

export function exitLine(name: ExitName, detail = ''): string {
  const { code, text } = exits[name]
  return `!!exit [${code.toString().padStart(3, '0')}] : ${text.replace('{detail}', detail)}`
}

/** Also the status of usage, of an unreadable file, of `enabled 0` and of a file that configures nothing. */
export const refusedStatus = 1
