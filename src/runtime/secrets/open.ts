/** Opens secrets, only here and only when their tunnel is launched. */
import type { Environment } from '../../core/context.ts'
import { expandTemplate } from '../../core/text/template.ts'
import type { LaunchSpec, Problem, SecretRef, Text } from '../../core/model.ts'
import { Secret } from '../../core/text/secret.ts'
import { lookUp, missing, sourceKind, whereToSet, type Fault, type Unusable } from './sources.ts'
import type { KeptSecrets } from './private-files.ts'

export interface OpenedLaunch {
  files: Map<string, string>
  env: Record<string, string>
  /** All values that must not be shown, by label. */
  secrets: KeptSecrets
}

/** Prefers values kept by the last launch (`kept`), so a restart asks nothing. Reports all missing or unfit ones at once. */
export async function openLaunch(
  launch: LaunchSpec,
  env: Environment,
  kept: KeptSecrets,
): Promise<{ opened: OpenedLaunch } | { problem: Problem }> {
  const refs = new Map<string, SecretRef>()
  for (const text of [...launch.files.map(({ content }) => content), ...Object.values(launch.env)]) {
    for (const piece of typeof text === 'string' ? [] : text)
      if (typeof piece !== 'string') refs.set(piece.label, piece)
  }
  const secrets: KeptSecrets = {}
  const faults: Fault[] = []
  for (const [label, ref] of refs) {
    const value = kept[label] ?? (await openSecret(ref, env))
    const fault = typeof value === 'string' ? limitFault(ref, value) : value
    if (fault === null) secrets[label] = value as string
    else faults.push(fault)
  }
  for (const { hidden } of launch.files) Object.assign(secrets, hidden)
  if (faults.length > 0) return { problem: problemOf(faults) }
  const fill = (text: Text): string =>
    typeof text === 'string'
      ? text
      : text.map((piece) => (typeof piece === 'string' ? piece : (secrets[piece.label] ?? ''))).join('')
  return {
    opened: {
      files: new Map(launch.files.map((file) => [file.name, fill(file.content)])),
      env: Object.fromEntries(Object.entries(launch.env).map(([name, text]) => [name, fill(text)])),
      secrets,
    },
  }
}

async function openSecret({ source, label }: SecretRef, env: Environment): Promise<string | Fault> {
  if (source.from === 'template') return expand(label, source.text, env, source)
  if (source.from !== 'literal') return sourceKind(source).open(label, source, env)
  // Read back from disk it is `***`.
  const text = source.text instanceof Secret ? source.text.open() : null
  if (text !== null) return source.expand ? expand(label, text, env, source) : text
  const reason = `${label} is written in p2p.yaml itself and was not kept`
  return missing(reason, 'run p2p up, which reads it from there')
}

function expand(label: string, text: string, env: Environment, source: { envFiles: string[] }): string | Fault {
  const faults: Unusable[] = []
  const result = expandTemplate(text, (name) => {
    const found = lookUp(name, env, source.envFiles)
    if (typeof found !== 'object') return found
    faults.push(found)
    return undefined
  })
  const [fault] = faults
  if (fault !== undefined) return missing(`${label}: ${fault.reason}`, fault.hint)
  if ('value' in result) return result.value
  const names = result.missing.join(', ')
  if (names === '') return missing(`${label}: its variables are longer than 1 MiB`, 'use shorter values')
  return missing(
    `${label}: ${names} ${result.missing.length === 1 ? 'is' : 'are'} not set`,
    `export ${names}, or put it into ${whereToSet(source)}`,
  )
}

function limitFault({ label, limits, hint }: SecretRef, value: string): Fault | null {
  if (value === '') return missing(`${label} is empty`, hint)
  const length = Buffer.byteLength(value)
  const unfit = (reason: string): Fault => ({ code: 'secret.unfit', reason: `${label} ${reason}`, hint })
  if (limits.maxLength !== undefined && length > limits.maxLength) {
    return unfit(`has ${length} bytes; its program accepts at most ${limits.maxLength}`)
  }
  const fits = limits.pattern === undefined || new RegExp(limits.pattern).test(value)
  return fits ? null : unfit(`must be ${limits.patternMeans ?? 'in another format'}`)
}

function problemOf(faults: readonly Fault[]): Problem {
  return {
    code: faults[0]?.code ?? 'secret.missing',
    reason: faults.map(({ reason }) => reason).join('; '),
    hint: [...new Set(faults.map(({ hint }) => hint))].join('; '),
    heals: false,
  }
}
