/** What more than one driver refuses or warns of. */
import type { DriverProblem } from './driver.ts'

/** A mistake. `message` completes the sentence that begins with the dotted path. */
export function error(
  code: string,
  path: (string | number)[],
  message: string,
  hint: string | null = null,
): DriverProblem {
  return { severity: 'error', code, message, path, hint }
}

export function warning(
  code: string,
  path: (string | number)[],
  message: string,
  hint: string | null = null,
): DriverProblem {
  return { severity: 'warning', code, message, path, hint }
}

/** A tunnel without the port it has to listen on. */
export function portRequired(): DriverProblem {
  return error('port-required', ['port'], 'is required: the tunnel listens on it', 'port: auto')
}

/**
 * A value that becomes an argument of its own: one that begins with `-` would be read as an option, whatever it was meant
 * to be (`ssh: {to: -oProxyCommand=...}` runs a command).
 */
export function optionLike(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('-')) return []
  return [error('option-like', path, 'must not begin with -: it would be taken for an option')]
}

/** A path that only a shell would expand. */
export function homeRelative(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('~')) return []
  return [error('home-relative', path, 'must not begin with ~: no shell is there to expand it', '${HOME}/...')]
}
