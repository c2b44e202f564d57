/** Selects tunnels by names, globs, profiles and dependencies. */
import { P2pError } from '../errors.ts'
import type { Project } from '../model.ts'
import { suggest } from '../text/did-you-mean.ts'

/** In the order of `available`; globs `*`, `?`, `[abc]`. @throws P2pError 'tunnel.unknown' for a pattern without a match. */
export function selectNames(patterns: readonly string[], available: readonly string[]): string[] {
  const chosen = new Set<string>()
  for (const pattern of patterns) {
    const matches = globPattern(pattern)
    const found = available.filter((name) => matches.test(name))
    if (found.length === 0) throw unknownTunnel(pattern, available)
    for (const name of found) chosen.add(name)
  }
  return available.filter((name) => chosen.has(name))
}

/** Whether one of these patterns means a name. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const globs = patterns.map(globPattern)
  return (name) => globs.some((glob) => glob.test(name))
}

/** Tunnels for `up`: the named ones (in any profile), else the active ones; with their needs unless `withNeeds` is false. */
export function selectToOpen(project: Project, patterns: readonly string[], withNeeds: boolean): string[] {
  const all = project.tunnels.map(({ name }) => name)
  const chosen = new Set(patterns.length > 0 ? selectNames(patterns, all) : project.active)
  if (withNeeds) {
    const needs = new Map(project.tunnels.map((spec) => [spec.name, spec.needs]))
    // The set grows while it is iterated: needs of needs are found too.
    for (const name of chosen) for (const need of needs.get(name) ?? []) chosen.add(need.name)
  }
  return all.filter((name) => chosen.has(name))
}

/** For commands about one tunnel. @throws P2pError 'usage' without a name; 'tunnel.unknown' for an unknown one. */
export function selectOne(name: string | null, available: readonly string[], command: string): string {
  if (name === null) throw new P2pError('usage', 'which tunnel?', { hint: `p2p ${command} NAME` })
  if (!available.includes(name)) throw unknownTunnel(name, available)
  return name
}

function unknownTunnel(pattern: string, available: readonly string[]): P2pError {
  const isGlob = /[*?[]/.test(pattern)
  const known = available.length === 0 ? 'there are no tunnels' : `tunnels: ${shorten(available)}`
  return new P2pError('tunnel.unknown', isGlob ? `no tunnel matches ${pattern}` : `no tunnel is named ${pattern}`, {
    hint: suggest(pattern, isGlob ? [] : available, known),
  })
}

function shorten(names: readonly string[]): string {
  return names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`
}

function globPattern(glob: string): RegExp {
  const body = glob.replace(/\[[a-z0-9_-]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^]*'
    if (part === '?') return '[^]'
    if (part.length > 1) return part
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${body}$`)
}
