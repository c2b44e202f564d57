/** The program. scripts/pack/loader.cjs comes before it: that checks the version of Node, and finds the parts. */
import { main } from './cli/process.ts'

void main()
