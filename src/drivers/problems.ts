/** Errors and warnings that several drivers share. `message` follows the dotted path. */
import type { DriverProblem } from './driver.ts'

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

export function portRequired(): DriverProblem {
  return error('port-required', ['port'], 'is required: the tunnel listens on it', 'port: auto')
}

/** Of a value that becomes an argument: `ssh: {to: -oProxyCommand=...}` would run a command. */
export function optionLike(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('-')) return []
  return [error('option-like', path, 'must not start with -: it would be read as an option')]
}

export function homeRelative(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('~')) return []
  return [error('home-relative', path, 'must not start with ~: no shell expands it', '${HOME}/...')]
}
