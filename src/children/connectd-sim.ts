#!/usr/bin/env node
/**
 * connectd-sim: behaves like connectd 4.6 without reaching anybody, for trying p2p and for testing it. Its first lines say
 * SIMULATOR. What it copies, and where it can't, is in its --help.
 */
import { helpText } from '../simulator/help.ts'
import { simulate } from '../simulator/run.ts'

const argv = process.argv.slice(2)
// Before connectd's own reading, which would take it for an unknown option.
if (argv.includes('--help')) {
  process.stdout.write(helpText())
} else {
  const status = await simulate(argv, process.env, process.stdout.isTTY)
  if (status === 'crash') {
    process.kill(process.pid, 'SIGSEGV')
  } else if (typeof status === 'number') {
    process.exit(status)
  } else {
    process.stderr.write(`connectd-sim: ${status.mistake}\n`)
    process.exitCode = 1
  }
}
