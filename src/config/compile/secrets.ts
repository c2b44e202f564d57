/** Turns the declared secrets into references; opens none. */
import { hasOwnText, isMalformed, parseTemplate, variablesOf } from '../../core/text/template.ts'
import { secretSources, type SecretSourceName } from '../../core/generated/schema.ts'
import type { SecretRef, SecretSource } from '../../core/model.ts'
import { Secret } from '../../core/text/secret.ts'
import { dotted, type ConfigErrors, type Path } from '../text/errors.ts'
import { textAt, type Node, type SecretNode } from '../text/tree.ts'

export class Secrets {
  readonly variables = new Set<string>()
  readonly places = new Map<string, { node: Node; path: Path }>()
  readonly #errors: ConfigErrors

  constructor(errors: ConfigErrors) {
    this.#errors = errors
  }

  /** `hint`: what to do if it is missing. */
  refer(node: Node, { label, path, hint }: { label: string; path: Path; hint: string }): SecretRef {
    this.places.set(label, { node, path })
    const source = node.kind === 'secret' ? this.#fromText(node, path) : this.#fromMap(node)
    return { source, label, limits: {}, hint }
  }

  #fromText(node: SecretNode, path: Path): SecretSource {
    const { envFiles } = node.source
    const template = parseTemplate(node.text)
    const names = isMalformed(template) ? [] : variablesOf(template)
    for (const name of names) this.variables.add(name)
    if (names.length === 0) {
      const message = `${dotted(path)} is a plain-text secret in a file that may be committed`
      this.#errors.add({ code: 'literal-secret', message, path, at: node, hint: '{ env: NAME }' }, 'warning')
    }
    const isOwn = isMalformed(template) || hasOwnText(template)
    // Text of its own, even a default, must never reach the state folder.
    if (isOwn) return { from: 'literal', text: new Secret(node.text), expand: true, envFiles: [...envFiles] }
    return { from: 'template', text: node.text, envFiles: [...envFiles] }
  }

  /** A map with one key: the source. */
  #fromMap(node: Node): SecretSource {
    const { folder, envFiles } = node.source
    const [from = 'env', entry] = node.kind === 'map' ? ([...node.entries][0] ?? []) : []
    const text = textAt(node, from) ?? ''
    if (from === 'env') {
      this.variables.add(text)
      return { from, name: text, envFiles: [...envFiles] }
    }
    const field = secretSources[from as SecretSourceName]
    const argv = entry?.value.kind === 'list' ? entry.value.items : []
    const held =
      field === 'argv'
        ? { argv: argv.flatMap((item) => (item.kind === 'scalar' ? [item.text] : [])), cwd: folder }
        : { [field]: text }
    return { from, ...held } as SecretSource
  }
}
