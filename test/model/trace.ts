// Prints how a violation comes about: who does what, and what that changes on disk and among the processes.
import type { Violation } from './explore.ts'
import { Index, Launcher, newMachine, tidy, type Machine } from './machine.ts'
import type { Move } from './protocol.ts'
import type { Rules } from './rules.ts'

const launchers = ['-', 'forked', 'shell', 'claimed', 'wrote l', 'checked', 'waiting', 'ending', 'killed while frozen']
const programs = ['-', 'its shell', 'running', 'running, ignores TERM']
const files = ['-', 'empty', 'l', 'l p', 'x', 'empty folder']

export function formatTrace({ invariant, trace }: Violation, rules: Rules): string {
  const m = newMachine(rules.left)
  let before = factsOf(m)
  const lines: { by: string; name: string; effect: string; isLocking: boolean }[] = []
  for (const move of trace) {
    move.take(m)
    tidy(m)
    const after = factsOf(m)
    const effect = [...after].flatMap(([what, is]) => (before.get(what) === is ? [] : [`${what}: ${is}`])).join(', ')
    before = after
    const last = lines.at(-1)
    // The steps of taking the lock are one line where nothing comes in between.
    if (last?.by === move.by && last.isLocking && isLocking(move))
      last.name = last.name.replace(/:.*|$/, `: ... ${move.name}`)
    else lines.push({ by: move.by, name: move.name, effect, isLocking: isLocking(move) })
  }
  const width = Math.max(...lines.map(({ name }) => name.length))
  const shown = lines.map(({ by, name, effect }, index) =>
    `${String(index + 1).padStart(4)}  ${by.padEnd(11)}  ${name.padEnd(width)}  ${effect}`.trimEnd(),
  )
  return [...shown, `      violated: ${invariant}`].join('\n')
}

const isLocking = ({ name }: Move): boolean =>
  /^(lists the locks|reads the owner|links the next|unlinks the lower)/.test(name)

function factsOf(m: Machine): Map<string, string> {
  const facts = new Map([
    ['state.json', indexName(m.index)],
    ['specs.json', indexName(m.specs)],
    ['wanted', m.want === 1 ? 'up' : 'down'],
    ['claim', m.claim === 0 ? '-' : `command ${m.claim}`],
    ['supervisor', m.actors[2]?.at === 0 ? '-' : 'runs'],
  ])
  for (const { id, launcher, program, member, file, pace } of m.attempts) {
    facts.set(`runs/${id}`, files[file] ?? '')
    facts.set(`launcher ${id}`, launchers[launcher] ?? '')
    facts.set(`program ${id}`, programs[program] ?? '')
    facts.set(`member ${id}`, member === 1 ? 'runs' : '-')
    if (pace === 1 && launcher !== Launcher.none) facts.set(`launcher ${id}`, `${launchers[launcher] ?? ''}, frozen`)
  }
  return facts
}

function indexName(index: number): string {
  if (index === 0) return 'no attempt'
  if (index === Index.missing) return 'missing'
  return index === Index.torn ? 'damaged' : `attempt ${index}`
}
