/** What must hold after every step, whatever happens. */
import type { RunRecord } from '../../src/core/model.ts'
import type { Computer, Process } from './computer.ts'
import { paths, type People } from './people.ts'

export function watchOver(computer: Computer, people: People): void {
  people.complain = (message) => {
    computer.fail(message)
  }
  const told = new Set<Process>()
  const late = new Set<Process>()
  computer.onSignal = (from, to, signal) => {
    if (signal === 'TERM' && to.role === 'program') {
      people.bad.add(to)
      told.add(to)
    }
    if (from === null) return
    if (signal === 'KILL' && to.role === 'program' && !told.has(to) && !late.has(to))
      computer.fail(`${from.label} kills ${to.label} (${to.pid}), which was never told to end`)
    const isOurs = to.role !== 'stranger' && to.role !== 'command' && to !== from
    if (!isOurs) computer.fail(`${from.label} sends ${signal} to ${to.label} (${to.role} ${to.pid})`)
  }
  people.born = (program) => {
    const begun = Number(program.parent?.startTime ?? 0) * 10
    if (computer.clock - begun > settleMs) late.add(program)
    const others = [...computer.processes.values()].filter(
      (one) => one !== program && one.role === 'program' && one.label === program.label,
    )
    if (others.length > 0)
      computer.fail(`two programs of ${program.label} run: PIDs ${program.pid}, ${others.map(({ pid }) => pid).join()}`)
  }
  const endedAt = new Map<string, number>()
  people.heard = (event) => {
    // KILL ends everything here.
    if (event.type === 'survived') computer.fail(`${event.name} is said to survive`)
    if (event.type !== 'open') return
    const runs = [...computer.processes.values()].some(({ role, label }) => role === 'program' && label === event.name)
    const since = computer.clock - (endedAt.get(event.name) ?? -Infinity)
    if (!runs && since > longAgoMs) computer.fail(`${event.name} is called open, and nothing of it runs`)
  }
  const records = readsOf(computer)
  computer.check = () => {
    for (const process of computer.processes.values()) {
      if (process.role === 'program') endedAt.set(process.label, computer.clock)
      if (process.nonce === null || !runsProgram(process)) continue
      if (!records().has(process.nonce))
        computer.fail(`${process.label} (${process.role} ${process.pid}) is on no record`)
    }
  }
}

const longAgoMs = 300

/** So long `stop` waits for a launcher to say which program it runs. */
const settleMs = 5000

/** Also a supervisor: alone on its lock it could not be told from one that has not taken it yet. */
function runsProgram({ role }: Process): boolean {
  return ['program', 'escapee', 'inner', 'supervisor'].includes(role)
}

/** Attempts that state.json or specs.json names. */
function readsOf(computer: Computer): () => Set<string> {
  let seen: (Buffer | null)[] = []
  let attempts = new Set<string>()
  return () => {
    const files = ['state.json', 'specs.json'].map((name) => {
      const node = computer.disk.findOrNull(`${paths.folder}/${name}`)
      return node?.kind === 'file' ? node.data : null
    })
    if (files.every((data, index) => data === seen[index]) && seen.length > 0) return attempts
    seen = files
    attempts = new Set(
      files.flatMap((data) => {
        if (data === null) return []
        const { entries } = JSON.parse(data.toString('utf8')) as {
          entries: Record<string, RunRecord | { record: RunRecord }>
        }
        return Object.values(entries).map((entry) => ('record' in entry ? entry.record : entry).attempt)
      }),
    )
    return attempts
  }
}
