/** The declared environment of a tunnel's program. */
import type { Environment } from '../../core/context.ts'
import type { Text } from '../../core/model.ts'
import { Secret } from '../../core/text/secret.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { unreadableWords } from '../read/disk.ts'
import type { Variables } from '../resolve/variables.ts'
import { isSecretName } from '../text/secret-names.ts'
import type { Secrets } from './secrets.ts'
import { shownPath } from '../text/source.ts'
import { textAt, valueAt, type MapNode, type Node } from '../text/tree.ts'

export interface EnvironmentNeeds {
  /** Of the tunnel. */
  name: string
  cwd: string
  env: Environment
  secrets: Secrets
  variables: Variables
  errors: ConfigErrors
  fill: (text: string) => string
}

/** Later files over earlier ones, `environment` over all. Values with secret names never reach the state folder. */
export function environmentOf(tunnel: MapNode, needs: EnvironmentNeeds): Record<string, Text> {
  const declared = new Map<string, Text>()
  const files = valueAt(tunnel, 'env_file')
  for (const item of files?.kind === 'list' ? files.items : []) {
    for (const [name, text] of readEnvFile(item, needs)) declared.set(name, text)
  }
  const given = valueAt(tunnel, 'environment')
  for (const [name, { value }] of given?.kind === 'map' ? given.entries : [])
    declared.set(name, textOf(name, value, needs))
  return Object.fromEntries(declared)
}

function readEnvFile(item: Node, { name: tunnel, cwd, env, variables, errors }: EnvironmentNeeds): [string, Text][] {
  const at = valueAt(item, 'path') ?? item
  if (at.kind !== 'scalar') return []
  const texts = variables.allIn(at.text, { env, envFiles: at.source.envFiles })
  if (typeof texts === 'string') {
    const required = valueAt(item, 'required')
    const mayMiss = required?.kind === 'scalar' && required.value === false
    if (texts === 'missing' && mayMiss) return []
    const path = ['tunnels', tunnel, 'env_file']
    const message = `tunnels.${tunnel}.env_file: ${shownPath(at.text, cwd)} ${unreadableWords(texts)}`
    errors.add({ code: 'unreadable', message, path, at, hint: texts === 'missing' ? 'required: false' : null })
    return []
  }
  return [...texts].map(([name, text]) => [name, isSecretName(name) ? [inFile(name, text, tunnel)] : text])
}

function inFile(name: string, text: string, tunnel: string): Exclude<Text, string>[number] {
  return {
    source: { from: 'literal', text: new Secret(text), expand: false, envFiles: [] },
    label: labelOf(name, tunnel),
    limits: {},
    hint: `set ${name} in the env_file of ${tunnel}`,
  }
}

function textOf(name: string, value: Node, { name: tunnel, secrets, fill }: EnvironmentNeeds): Text {
  if (value.kind === 'scalar') return fill(value.text)
  const path = ['tunnels', tunnel, 'environment', name]
  const hint = `set ${textAt(value, 'env') ?? name}`
  return [secrets.refer(value, { label: labelOf(name, tunnel), path, hint })]
}

function labelOf(name: string, tunnel: string): string {
  return `environment ${name} of tunnel ${tunnel}`
}
