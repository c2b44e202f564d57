/** The lines of a start, in connectd 4.6's order. */
import type { Random } from './random.ts'
import type { Session } from './session.ts'

/** Documentation addresses (RFC 5737). */
export const places = {
  here: '192.0.2.2',
  server: '192.0.2.59:5959',
  peer: '198.51.100.7:5960',
} as const

/** connectd's first four lines, and SIMULATOR. */
export function banner(version: '4.6' | '4.7'): string[] {
  return [
    'Connectd built Apr 19 2019 at 16:46:38 Now Starting Up',
    `   Version ${version} - (c)2019 remot3.it, Inc. All Rights Reserved`,
    '   Built with BCASTER MALLOC_POOL RESOLVE BIGBUF BACKTRACE pool=524288',
    '   x86_64 Version',
    '   SIMULATOR',
  ]
}

export function sourceLines(source: Session['source']): string[] {
  switch (source.from) {
    case 'file':
      return [`config file ${source.path}`, `config file ${source.path}`]
    case 'inline':
      return []
    case '-c':
      return [`proxy local port is TCP = ${source.port}`]
    case '-p':
    case '-p2':
      return [`restrict address ${source.restrict ?? ''}`]
  }
}

export function headerLines(source: Session['source'], destinationPort: string): string[] {
  const lines = [
    `setting web config port to dest_server_port ${destinationPort}`,
    `primary local ip = ${places.here}`,
    'Alarm Created',
    'SetTimer Set, sec=15',
    'alloc pool',
  ]
  if (source.from !== 'file' && source.from !== 'inline') return lines
  return [...lines, source.signed ? 'Config Data is encrypted new format' : 'Config Data is not encrypted']
}

export function settingLines(session: Session): string[] {
  const { server, source } = session
  return [
    `  Using server ${server.host} on port ${server.port}`,
    `  Using device uid = ${session.device}`,
    '  Using Server Channel Port 5980',
    ...(source.from === '-p2' ? [`  token_index ${session.tokenIndex ?? 0} connecting to ${session.remote.uid}`] : []),
    ...(source.from === '-c' || source.from === '-p'
      ? [`  User ${session.user} connecting to ${session.remote.uid}`]
      : []),
    `primary local ip = ${places.here}`,
  ]
}

export function networkLines(session: Session, random: Random): string[] {
  const { host, port } = session.destination
  return [
    `local IP address found ${places.here} `,
    `initialize proxy client target ${host} port ${port}`,
    ...(session.kind === 'target' ? [] : [`generate our own UID= ${['f2', ...random.hex(7)].join(':')}`]),
    ...(session.status ? ['Attach to remot3.it Service...'] : []),
    'Command Processor now active.',
  ]
}

/** The five-digit millisecond counter that connectd adds to some lines. */
export function counter(now: number): string {
  return (Math.floor(now) % 100_000).toString().padStart(5, '0')
}
