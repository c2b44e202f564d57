/** Files of service managers: their commands as the shell script that they nearly are, on the same lines. */
import type { ImportedTunnel } from './imported-tunnel.ts'

interface ServiceFormat {
  matches: RegExp
  /** What is before a command, and before variables for it; the rest of the file is nothing to run. */
  command: RegExp
  variables: RegExp
  restart: RegExp
}

const formats: readonly ServiceFormat[] = [
  {
    // A unit of systemd or a drop-in. `-@+!:|` say how it is run, not what.
    matches: /^[ \t]*\[Service\]/m,
    command: /^[ \t]*Exec\w+[ \t]*=[-@+!:|\s]*/,
    variables: /^[ \t]*Environment[ \t]*=[ \t]*/,
    restart: /^[ \t]*Restart[ \t]*=[ \t]*([\w-]+)/gm,
  },
  {
    matches: /^[ \t]*\[program:/m,
    command: /^[ \t]*command[ \t]*=[ \t]*/,
    variables: /^[ \t]*environment[ \t]*=[ \t]*/,
    restart: /^[ \t]*autorestart[ \t]*=[ \t]*([\w-]+)/gm,
  },
]

export interface ServiceScript {
  text: string
  restart: ImportedTunnel['restart']
}

/** null: not such a file. Places stay as they are, but for a variable's quote. */
export function serviceScript(text: string): ServiceScript | null {
  const startsWithSection = /^(?:[ \t]*(?:[#;][^\n]*)?\r?\n)*[ \t]*\[[^[\]\r\n]+\][ \t]*(?:[\r\n]|$)/.test(text)
  const format = startsWithSection ? formats.find(({ matches }) => matches.test(text)) : undefined
  if (format === undefined) return null
  let continues = false
  const written = text.split(/\r\n|\n|\r/)
  const lines = written.map((line) => {
    const [prefix = ''] = (continues ? null : (format.command.exec(line) ?? format.variables.exec(line))) ?? []
    const isKept = continues || prefix !== ''
    continues = isKept && line.endsWith('\\')
    if (!isKept || /^[ \t]*[#;]/.test(line)) return continues ? '\\' : ''
    const command = line.slice(prefix.length)
    // After @ the second word is argv[0].
    const rest = prefix.includes('@') ? command.replace(/(?<=^\S+\s+)\S+/, (name) => ' '.repeat(name.length)) : command
    if (format.variables.test(line)) return `export ${rest.replace(/"(\w+)=/g, '$1="').replace(/,(?=\w+=)/g, ' ')}`
    // An empty command takes back those before it; %i and the like are known when it runs.
    return ' '.repeat(prefix.length) + rest.replace(/%([a-zA-Z])/g, '$$$1').replace(/%%/g, '%')
  })
  const reset = written.findLastIndex((line) => /^[ \t]*ExecStart[ \t]*=[ \t]*$/.test(line))
  const kept = lines.map((line, index) => (index <= reset && !line.startsWith('export') ? '' : line))
  const [, when = 'no'] = [...text.matchAll(format.restart)].at(-1) ?? []
  const restart = /^(?:no|false|never)$/.test(when) ? 'no' : /^(?:always|true)$/.test(when) ? 'always' : 'on-failure'
  return { text: kept.join('\n'), restart }
}
