/** `p2p login`: keeps an account's secret in the keychain of this system. */
import { accountSecrets, keychainEntry } from '../connectd/account-keys.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import type { SecretRef, SecretSource } from '../core/model.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import { Secret } from '../core/text/secret.ts'
import { accountSecret } from '../drivers/connectd/login.ts'
import type { Account } from '../drivers/driver.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { askHidden } from '../runtime/secrets/prompt.ts'
import { openKeychain } from '../runtime/secrets/keychain.ts'
import { openLaunch } from '../runtime/secrets/open.ts'
import { maxFileBytes } from '../runtime/secrets/sources.ts'
import { declaredAccounts } from './shared/declared-accounts.ts'
import { declarations } from './shared/find-project.ts'

/** @throws P2pError 'usage' where the account is unclear or the input is not a secret, 'system.missing' without a keychain. */
export async function run(ctx: Context, args: { account: string | null }): Promise<number> {
  const account = chosen(declaredAccounts(await declarations(ctx)), args.account)
  const entry = entryOf(account)
  const keychain = await openKeychain()
  const secret = await readSecret(ctx, account)
  ctx.masks.push(secret)
  await refuseUnfit(accountSecret(account), secret)
  keychain.set(entry.name, secret)
  say(ctx, `stored the ${keysOf(account).words} of account ${account.name} in the keychain, as ${entry.name}`)
  if (entry.isUsed) say(ctx, '  next: p2p up uses it; what is open keeps its session until p2p restart')
  else
    say(ctx, `  next: in p2p.yaml, under accounts.${account.name}: ${keysOf(account).key}: { keychain: ${entry.yaml} }`)
  return 0
}

function chosen(accounts: ReadonlyMap<string, Account>, wanted: string | null): Account {
  const names = [...accounts.keys()]
  const [only] = names
  const account = accounts.get(wanted ?? (names.length === 1 ? (only ?? '') : 'default'))
  if (account !== undefined) return account
  if (only === undefined) {
    throw new P2pError('usage', 'p2p.yaml declares no account', {
      hint: 'accounts: { default: { user: you@example.com, password: { keychain: remoteit/you@example.com } } }',
    })
  }
  if (wanted === null) throw new P2pError('usage', 'which account?', { hint: `p2p login ${names.join('|')}` })
  throw new P2pError('usage', `p2p.yaml declares no account ${sanitizeLine(wanted, [])}`, {
    hint: suggest(wanted, names, `known accounts: ${names.join(', ')}`),
  })
}

interface KeychainPlace {
  name: string
  /** Its form in p2p.yaml. */
  yaml: string
  /** p2p.yaml names it already. */
  isUsed: boolean
}

function entryOf(account: Account): KeychainPlace {
  const { source } = account.secret.ref
  if (source.from === 'keychain') return { name: source.name, yaml: '', isUsed: true }
  const name = keychainEntry(account.user, keysOf(account).key)
  return { name, yaml: /^[\w./@+-]+$/.test(name) ? name : JSON.stringify(name), isUsed: false }
}

/** Hidden input from a terminal, else the first line. @throws P2pError 'usage' where it is empty. */
async function readSecret(ctx: Context, account: Account): Promise<string> {
  if (ctx.globals.files.includes('-')) {
    throw new P2pError('usage', 'standard input is the project file already', { hint: 'name the file: -f FILE' })
  }
  const text = ctx.stdin.isTTY
    ? await askHidden(ctx, `${keysOf(account).words} of account ${account.name} (${sanitizeLine(account.user, [])}): `)
    : await readPiped(ctx)
  const secret = text.split(/\r?\n/, 1)[0] ?? ''
  if (secret !== '') return secret
  throw new P2pError('usage', 'nothing was given, so nothing was stored', {
    hint: `type the ${keysOf(account).words}, or pipe it: ... | p2p login ${account.name}`,
  })
}

async function readPiped({ stdin }: Context): Promise<string> {
  const bytes = await stdin.read(maxFileBytes)
  if (bytes.length <= maxFileBytes) return new TextDecoder().decode(bytes)
  throw new P2pError('usage', 'standard input is too large for a secret, so nothing was stored', {
    hint: 'pipe the secret alone',
  })
}

async function refuseUnfit(ref: SecretRef, secret: string): Promise<void> {
  const source: SecretSource = { from: 'literal', text: new Secret(secret), expand: false, envFiles: [] }
  const file = { name: 'checked', content: [{ ...ref, source }] }
  const result = await openLaunch({ program: '', args: [], env: {}, files: [file], cwd: '/' }, {}, {})
  if (!('problem' in result)) return
  const { reason, hint } = result.problem
  throw new P2pError('usage', `nothing was stored: ${reason}`, { hint: hint ?? undefined })
}

function keysOf({ secret }: Account): (typeof accountSecrets)[number] {
  return accountSecrets.find(({ kind }) => kind === secret.kind) ?? accountSecrets[0]
}

function say(ctx: Context, line: string): void {
  if (!ctx.globals.quiet) ctx.stderr.write(`${sanitizeLine(line, ctx.masks)}\n`)
}
