/** From what stands in a secret's place to a reference; opens none. */
import { hasOwnText, isMalformed, parseTemplate, variablesOf } from '../../core/text/template.ts'
import type { SecretRef, SecretSource } from '../../core/model.ts'
import { Secret } from '../../core/text/secret.ts'
import { dotted, type ConfigErrors, type Path } from '../text/errors.ts'
import { textAt, valueAt, type Node, type SecretNode } from '../text/tree.ts'

/** Where the secrets of one load come from; none is opened. */
export class Secrets {
  /** Variables that are a secret's source. */
  readonly variables = new Set<string>()
  /** Where each secret stands, by label. */
  readonly places = new Map<string, { node: Node; path: Path }>()
  readonly #errors: ConfigErrors

  constructor(errors: ConfigErrors) {
    this.#errors = errors
  }

  /** The reference that a valid value in a secret's place means. `hint`: what to do when it is missing. */
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
    if (names.length === 0) this.#warnOfLiteral(node, path)
    const isOwn = isMalformed(template) || hasOwnText(template)
    // Text of its own, be it only a default, must never reach the state folder.
    if (isOwn) return { from: 'literal', text: new Secret(node.text), expand: true, envFiles: [...envFiles] }
    return { from: 'template', text: node.text, envFiles: [...envFiles] }
  }

  #warnOfLiteral(node: SecretNode, path: Path): void {
    this.#errors.add(
      {
        code: 'literal-secret',
        message: `${dotted(path)} is a secret written into a file that may get committed`,
        path,
        at: node,
        hint: `{ env: NAME }`,
      },
      'warning',
    )
  }

  #fromMap(node: Node): SecretSource {
    const { folder, envFiles } = node.source
    const name = textAt(node, 'env')
    if (name !== undefined) {
      this.variables.add(name)
      return { from: 'env', name, envFiles: [...envFiles] }
    }
    const path = textAt(node, 'file')
    if (path !== undefined) return { from: 'file', path }
    const entry = textAt(node, 'keychain')
    if (entry !== undefined) return { from: 'keychain', name: entry }
    const command = valueAt(node, 'command')
    const argv =
      command?.kind === 'list' ? command.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : [])) : []
    return { from: 'command', argv, cwd: folder }
  }
}
