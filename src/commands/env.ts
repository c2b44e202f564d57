/** `p2p env`: where the tunnels are, as variables for a shell, a .env file or a program. */
import type { Context } from '../core/context.ts'
import { refuseSharedVariables, variablePrefix, variablesOf } from '../core/decide/client-variables.ts'
import { shellWord } from '../core/text/shell-word.ts'
import { sayProblem, statusText } from '../report/lines.ts'
import { clientAddress, showsSecret } from './shared/client-addresses.ts'
import { openProject } from './shared/find-project.ts'
import { chooseRows, observeProject } from './shared/observe-project.ts'

interface EnvArgs {
  names: string[]
  format: string
  declared: boolean
}

/** Something is left out. */
const incompleteStatus = 3

export async function run(ctx: Context, { names, format, declared: asDeclared }: EnvArgs): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p env')
  const { rows } = await observeProject(world, declared)
  const chosen = chooseRows(rows, names, declared)
  refuseSharedVariables(chosen.map(({ name }) => name))
  const variables: [string, string][] = []
  let status = 0
  for (const row of chosen) {
    const address = clientAddress(world, row)
    if (address.port === null && address.url === null) continue
    if (row.status.state !== 'open' && !asDeclared) {
      const reason = `is not open: ${statusText(row.status, row.observed?.record ?? null, ctx.now())}`
      sayProblem(ctx, row.name, { reason, hint: `p2p up ${row.name}` })
      status = incompleteStatus
      continue
    }
    const isSecret = showsSecret(world, address, declared?.secretVariables ?? [])
    if (isSecret) {
      sayProblem(ctx, row.name, { reason: 'its url holds a secret, which is not printed', hint: null })
      status = incompleteStatus
    }
    variables.push(...variablesOf({ ...address, url: isSecret ? null : address.url }, variablePrefix(row.name)))
  }
  ctx.stdout.write(formatted(variables, format))
  return status
}

function formatted(variables: readonly [string, string][], format: string): string {
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(variables), null, 2)}\n`
  const line = lines[format] ?? lines['sh']
  return variables.map(([name, value]) => `${line?.(name, value) ?? ''}\n`).join('')
}

const lines: Readonly<Record<string, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}=${shellWord(value)}`,
  // Read in the same way by dotenv libraries, compose and shells; a quote can't be written within single quotes there.
  dotenv: (name, value) => `${name}=${dotenvValue(value)}`,
  fish: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, String.raw`\$&`)}'`,
}

function dotenvValue(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value
  if (!value.includes("'")) return `'${value}'`
  const escapes: Record<string, string> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }
  return `"${value.replace(/[\\"$]/g, String.raw`\$&`).replace(/[\n\r\t]/g, (letter) => escapes[letter] ?? letter)}"`
}
