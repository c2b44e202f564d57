/** Checks that every secret can be read, without showing any. */
import type { Environment } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import type { SecretRef, SecretSource } from '../../core/model.ts'
import { openLaunch } from '../secrets/open.ts'
import { sourceKind } from '../secrets/sources.ts'
import type { DeclaredSecret, Patient } from './check.ts'

/** Opens each as a launch would: runs commands, asks the keychain. */
export async function examineSecrets({ ctx, secrets }: Patient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const secret of secrets) findings.push(await examineSecret(secret, ctx.env))
  return findings
}

async function examineSecret({ ref, needed }: DeclaredSecret, env: Environment): Promise<Finding> {
  const about = { topic: 'secrets', where: sourceWords(ref.source) } as const
  const launch = { program: '', args: [], env: {}, files: [{ name: 'secret', content: [ref] }], cwd: '/' }
  const result = await openLaunch(launch, env, {})
  if ('problem' in result) {
    const { code, reason, hint } = result.problem
    return { ...about, level: needed ? 'problem' : 'note', code, message: reason, hint }
  }
  // The value is dropped, not masked: the gaps that a weak one makes would give it away.
  return { ...about, level: 'ok', code: 'secret.found', message: `${ref.label} can be read`, hint: null }
}

function sourceWords(source: SecretSource): string {
  switch (source.from) {
    case 'template':
      return 'variables in p2p.yaml'
    case 'literal':
      return 'p2p.yaml'
    default:
      return sourceKind(source).words(source)
  }
}

/** Files that may hold this secret in clear text. */
export function filesOf({ source }: SecretRef): string[] {
  if (source.from === 'template' || source.from === 'literal') return source.envFiles
  return sourceKind(source).files?.(source) ?? []
}
