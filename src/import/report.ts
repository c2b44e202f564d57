/** What an import came to: as data for programs, and as lines for people. Neither ever holds a secret. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { ImportPlan } from './import-plan.ts'
import type { FileReading } from './read.ts'
import type { StoredSecret } from './accounts.ts'

/** What `p2p import --json` prints; described in schemas/output.schema.json. */
export type ImportReport = ReturnType<typeof importReport>

export interface FileResult {
  files: readonly FileReading[]
  plan: ImportPlan
  stored: readonly StoredSecret[]
  diagnostics: readonly Diagnostic[]
  document?: string
  output?: string
  written?: readonly string[]
}

export function importReport(result: FileResult) {
  const { files, plan, stored, diagnostics, document = null, output = null, written = [] } = result
  const named = [...plan.tunnels, ...plan.twins]
  return {
    output,
    /** The p2p.yaml that was made, where it was written to no file. */
    document,
    files: files.map(({ file, is, result, foreign, tunnels }) => ({
      file,
      kind: is,
      result,
      /** Those that its connections have become, or were already. */
      tunnels: named.filter(({ imported }) => tunnels.includes(imported)).map(({ name }) => name),
      /** What it is, where nothing was imported. */
      reason: foreign?.is ?? null,
      hint: foreign?.instead ?? null,
    })),
    tunnels: plan.tunnels.map(({ name, imported: { file, line, uid, bind, restart }, port, account }) => {
      return { name, file, line, uid, host: bind ?? '127.0.0.1', port, account, restart }
    }),
    accounts: plan.accounts.map(({ name, user, kind, place }) => ({
      name,
      /** null: it is in a variable that is to be set. */
      user: 'text' in user ? user.text : null,
      kind,
      /** null: the account was there already. */
      secret: place,
    })),
    secrets: stored.map(({ account, kind, name }) => ({ account, kind, name, stored: output !== null })),
    comments: [...plan.dropped],
    written: [...written],
    diagnostics: diagnostics.map(({ severity, code, message, hint, place }) => {
      const { file = null, line = null, column = null } = place ?? {}
      return { severity, code, message, hint, file, line, column }
    }),
  }
}

/** The same for people, a line each, after the warnings. */
export function summaryLines(report: ImportReport): string[] {
  const { output, tunnels, files, comments } = report
  const names = tunnels.map(({ name }) => name)
  const where = output === null ? '' : ` into ${output}`
  const skipped = files.filter(({ result }) => result === 'skipped')
  const places = comments.map(({ file, line }) => `${file}:${line}`).join(', ')
  const twins = files.flatMap(({ file, tunnels: all }) =>
    all
      .filter((name) => !tunnels.some((tunnel) => tunnel.name === name && tunnel.file === file))
      .map((name) => `skipped a connection of ${file}: it is the tunnel ${name} already`),
  )
  // What p2p does not find by itself must be named.
  const file = output === null || /^(?:\.\.\/)*p2p\.ya?ml$/.test(output) ? '' : `-f ${output} `
  return [
    ...skipped.map(({ file, reason }) => `skipped ${file}: ${reason ?? ''}`),
    ...twins,
    ...(comments.length === 0 ? [] : [`not copied, since they may hold secrets: comments at ${places}`]),
    names.length === 0
      ? 'nothing new to import'
      : `imported ${count(names.length, 'tunnel')}${where}: ${names.join(', ')}`,
    ...secretLines(report),
    ...(output === null || names.length === 0 ? [] : [`next: p2p ${file}up opens them, p2p ${file}config shows them`]),
  ]
}

function secretLines({ secrets, accounts, files, output }: ImportReport): string[] {
  if (secrets.length === 0) return []
  const names = secrets.map(({ name }) => name).join(', ')
  if (output === null) return [`not stored, since nothing is written without -o: ${names}`]
  const stored = `stored ${count(secrets.length, 'secret')}`
  const isOnDisk = files.some(({ file, result }) => file !== '-' && result === 'imported')
  const place = accounts.find(({ name }) => name === secrets[0]?.account)?.secret ?? {}
  return [
    `${stored} ${placeWords[Object.keys(place)[0] ?? 'env'] ?? ''}: ${names}`,
    ...(isOnDisk ? ['the old files still hold theirs in clear text: delete them once p2p up works'] : []),
  ]
}

const placeWords: Record<string, string> = {
  env: 'in .env, mode 0600, ignored by git',
  file: 'in files of mode 0600, ignored by git',
  keychain: 'in the keychain',
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
