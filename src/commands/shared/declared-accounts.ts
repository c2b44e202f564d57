/** The accounts that a project declares, whether or not a tunnel uses them. */
import { compileAccounts } from '../../config/compile/accounts.ts'
import { collectErrors } from '../../config/text/errors.ts'
import type { LoadedProject } from '../../config/load.ts'
import { Secrets } from '../../config/compile/secrets.ts'
import type { Account } from '../../drivers/driver.ts'

/** By name. Their errors were reported when the project was loaded. */
export function declaredAccounts({ declarations }: LoadedProject): ReadonlyMap<string, Account> {
  return compileAccounts(declarations.accounts, new Secrets(collectErrors()))
}
