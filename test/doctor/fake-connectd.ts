/** Programs that answer as connectd does, where a real one must not be run: it would ask the network. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rig } from '../support/rig.ts'

export const banner = `Connectd built Apr 19 2019 at 16:46:38 Now Starting Up
   Version 4.6 - (c)2019 remot3.it, Inc. All Rights Reserved
   Built with BCASTER MALLOC_POOL RESOLVE BIGBUF BACKTRACE pool=524288
   x86_64 Version
`

/** As the vendor's guide shows it. */
export const guideReport = `alloc pool


Running Network Diagnostics
---------------------------------
Checking if DNS works ... .[OK]
Checking TCP connectivity to remote.it...<oip=192.168.1.40> [OK]
Checking UDP connectivity to remote.it...
Send to 69.64.90.20:5959 [] [mip=76.103.217.56] [oport=59612 mport=59612] [preserve port] 
Send to 69.64.90.20:5960 [] [mip=76.103.217.56] [oport=59612 mport=59612] [no remap] [preserve port] 
Send to 69.64.90.128:5961 [] [mip=76.103.217.56] [oport=59612 mport=59612] [no remap] [preserve port different IP] [OK]

This router preserves ports, this is optimal.
This router doesn't remap new connections to new ports.
Static Pool Free 
Endian : Little
SHA1 test:
  passed.
RC4 test:
  passed
XXTEA test:
  passed.
Looks compatible.
`

/** Puts a program on the rig's PATH; `$1` is the option that doctor gives. Returns its path. */
export function putConnectd(rig: Rig, script: string): string {
  const bin = join(rig.folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const path = join(bin, 'connectd')
  writeFileSync(path, `#!/bin/sh\n${script}`, { mode: 0o755 })
  if (!(rig.env['PATH'] ?? '').startsWith(bin)) rig.env['PATH'] = `${bin}:${rig.env['PATH'] ?? ''}`
  return path
}

/** The script of one that prints its banner, and this when it is asked for network diagnostics. */
export function answering(report: string): string {
  return `cat <<'BANNER'\n${banner}BANNER
case $1 in
-n) ${report} ;;
*) echo 'usage: connectd [-h]'; exit 1 ;;
esac
`
}

export function printing(text: string): string {
  return `cat <<'REPORT'\n${text}REPORT\n`
}
