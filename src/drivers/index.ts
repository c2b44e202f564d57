/** The registry: a driver is one file, one line here, and one entry of $defs in schemas/p2p.schema.json. */
import type { DriverName } from '../core/model.ts'
import { command } from './command.ts'
import { connectd } from './connectd/index.ts'
import type { Driver } from './driver.ts'
import { ssh } from './ssh/index.ts'
import { tcp } from './tcp.ts'

/** By the tunnel's driver key. Each takes the options that the validator of that driver has accepted. */
export const drivers: Readonly<Record<DriverName, Driver<unknown>>> = { connectd, ssh, tcp, command }
