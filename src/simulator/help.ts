/** What -h and --help print. */
import { faultTable } from './faults.ts'
import { envOptionTable } from './env-options.ts'

/** As connectd prints it after an error; status 1. */
export const usage = `usage: connectd-sim [-h] [-d][pid file] [-f config_file]
  -f config_file   read settings from a provisioning file
  -e base64        the same, from an encoded argument
  -c user64 pass64 uid Tport encryption bind max [lifetime idle]
  -p user64 authhash uid Tport encryption bind restrict max lifetime idle
  -p2 user64 index token uid Tport encryption bind restrict max lifetime idle
  -s status, -i no console, -q quiet, -n diagnostics, -life seconds, -y host:port`

/** The simulator's own help, which connectd does not have. */
export function helpText(): string {
  return `connectd-sim ARGUMENTS OF connectd

A simulator of connectd 4.6, remote.it's daemon, as an initiator: the same arguments and provisioning files, the same lines in
the same order, the same statuses and signals. It connects nowhere: it accepts any credentials, and its far end answers HTTP with a
page that names the UID and echoes anything else.

Knobs (environment, each with CONNECTD_SIM_ in front):
${rows(Object.entries(envOptionTable).map(([name, [form, does]]) => [name, `${does} (${form})`]))}

Faults (CONNECTD_SIM_FAULT=name[@ms|@p],...; @p with a decimal point is a probability):
${rows(Object.entries(faultTable).map(([name, [does, takes]]) => [takes === undefined ? name : `${name}@${takes.toUpperCase()}`, does]))}

Quirks of connectd 4.6 and what becomes of them here:
${rows(quirks)}
`
}

/** `same`: as connectd does it. */
const quirks: [string, string][] = [
  ['taken local port exits 0', 'same; FIX017=1: status 17'],
  ['-q is in the usage and refused', 'same'],
  ['seven values after -c, no switch after them', 'same'],
  ['bind that is no dotted quad', 'same: 0.0.0.0 after -c, -p, -p2; a crash in a file'],
  ['no proxy_bind_address: 0.0.0.0', 'same'],
  ['autoconnect: only its presence counts', 'same'],
  ['last line without newline is dropped', 'same; VERSION=4.7 reads it'],
  ['tab and = are no separators', 'same'],
  ['only the first word of a value counts', 'same'],
  ['key without value: SIGSEGV', 'same; TAME=1: status 1'],
  ['line over 1020 characters: endless loop', 'hangs without the load on the CPU; TAME=1: status 1'],
  ['ports wrap at 65536', 'same'],
  ['an invalid UID becomes zeros', 'same, and then no device answers: exit 12'],
  ['-c password over 31 characters', 'same: spoils the server name; 200 and more: exit 25'],
  ['wrong credentials', 'any are accepted, except empty ones; FAULT=auth refuses'],
  ['static build crashes at name lookup', 'never; FAULT=segv-early'],
  ['a caught crash exits 11, as a refused login', 'same with FAULT=segv'],
  ['without network or names: TERM takes 4 to 13 s', 'same'],
  ['UDP with the number of the local port', 'same with -c, -p, -p2; with a file a number is printed, no port taken'],
  ['in a pipe, no output between pid= and login', 'same; BUFFER=line'],
  ['end of input without autoconnect', 'the same lines, but only ten a second'],
  ['SIGINT inherited as ignored', 'Node forgets that; SIGINT=ignore'],
  ['-d forks twice', 'starts a second Node, which leads its own session'],
  ['idle time and peer restriction', 'read, without effect'],
  ['signed provisioning files', 'refused; SIGN=ok: a target'],
  ['-n', 'made up, exits 0 without network too; -nc really connects'],
  ['addresses in the log', 'from the ranges for documentation'],
]

function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length))
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
