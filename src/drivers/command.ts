/** Runs any program that stays in the foreground. */
import type { CommandOptions } from '../core/generated/schema.ts'
import type { LaunchSpec, Ready } from '../core/model.ts'
import type { Basics, Driver } from './driver.ts'
import { shellWord } from '../core/text/shell-word.ts'
import { cannotLoad, table } from './outcomes.ts'
import { endpointsOf, error, homeRelative, oneAddress, optionLike, overlapping, portRequired } from './problems.ts'

export const command: Driver<CommandOptions> = {
  summary: 'any program that stays in the foreground',

  compile(options, tunnel) {
    const { endpoint, morePorts = [] } = tunnel
    const argv = argvOf(options, tunnel)
    const [program, ...args] = argv
    return {
      launch: { program, args, env: {}, files: [], cwd: tunnel.cwd } satisfies LaunchSpec,
      endpoints: [...endpointsOf(tunnel), ...morePorts],
      target: Array.isArray(options) ? argv.map((arg) => shellWord(arg)).join(' ') : args.slice(1).join(' '),
      ready: endpoint === null ? aliveForAMoment : listening,
      stop: { signal: 'TERM', graceMs: 10_000 },
      outcomes: notFound,
      problems: [
        ...(program === '' ? [error('command.program', ['command', 0], 'must name a program')] : []),
        ...homeRelative(['command', 0], program),
        ...optionLike(['command', 0], program),
        ...(JSON.stringify(options).includes('{host}') ? oneAddress(tunnel, 'the command takes one {host}') : []),
        ...overlapping(endpointsOf(tunnel)),
        ...(endpoint === null && morePorts.length > 0 ? [portRequired()] : []),
      ],
    }
  },
}

/** Of an unknown program only the exit status is known. A shell and env say what they did not find. */
const notFound = [
  ...table({ status: 127 })`
  lasting program.missing (?:^|/)env: ['\u2018]?(?<what>[^'\u2019:]+)['\u2019]?: No such file
    env did not find {what} (status 127)
    install {what}, or fix the first line of the script that names it`,
  ...cannotLoad,
  ...table({ status: 127 })`
  lasting program.missing : (?<what>[^\s:]+): not found$
    {what}, or the interpreter that its first line names, was not found (status 127)
    check the name and PATH; if it is a script, its first line: head -1 {what}`,
]

const listening: Ready = { conditions: [{ kind: 'listen' }], timeoutMs: 30_000 }
const aliveForAMoment: Ready = { conditions: [{ kind: 'alive', ms: 1000 }], timeoutMs: 30_000 }

function argvOf(options: CommandOptions, tunnel: Basics): [string, ...string[]] {
  if (!Array.isArray(options)) return ['/bin/sh', '-c', tunnel.fill(options.run)]
  const [program, ...args] = options
  return [tunnel.fill(program), ...args.map((arg) => tunnel.fill(arg))]
}
