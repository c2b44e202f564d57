/**
 * The drivers, one line each, by their keys in p2p.yaml. Options: the entry of $defs with the same name and `x-driver`
 * in schemas/p2p.schema.json.
 */
export { command } from './command.ts'
export { connectd } from './connectd/index.ts'
export { ssh } from './ssh/index.ts'
export { tcp } from './tcp.ts'
