/** Checks that every secret can be read, without showing any. */
import type { Environment } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import type { SecretRef, SecretSource } from '../../core/model.ts'
import { openLaunch } from '../secrets/open.ts'
import { sourceKind } from '../secrets/sources.ts'
import { findingsOn, type DeclaredSecret, type Patient } from './check.ts'

/** Opens each as a launch would: runs commands, asks the keychain. */
export async function examineSecrets({ ctx, secrets }: Patient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const secret of secrets) findings.push(await examineSecret(secret, ctx.env))
  return findings
}

async function examineSecret({ ref, needed }: DeclaredSecret, env: Environment): Promise<Finding> {
  const finding = findingsOn('secrets')
  const where = sourceWords(ref.source)
  const launch = { program: '', args: [], env: {}, files: [{ name: 'secret', content: [ref] }], cwd: '/' }
  const result = await openLaunch(launch, env, {})
  if ('problem' in result) {
    const { code, reason, hint } = result.problem
    return finding(needed ? 'problem' : 'note', code, reason, where, hint)
  }
  // The value is dropped, not masked: the gaps that a weak one makes would give it away.
  return finding('ok', 'secret.found', `${ref.label} can be read`, where)
}

function sourceWords(source: SecretSource): string {
  if (source.from === 'template') return 'variables in p2p.yaml'
  return source.from === 'literal' ? 'p2p.yaml' : sourceKind(source).words(source)
}

/** Files that may hold this secret in clear text. */
export function filesOf({ source }: SecretRef): string[] {
  if (source.from === 'template' || source.from === 'literal') return source.envFiles
  return sourceKind(source).files?.(source) ?? []
}
