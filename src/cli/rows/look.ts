/** The commands that only look. */
import { states } from '../../core/model.ts'
import { command, type Command } from '../command.ts'
import { json, oneTunnel, timeout, tunnels } from './shared.ts'

export const looking: readonly Command[] = [
  command({
    name: 'ps',
    aliases: ['status', 'list'],
    summary: 'Show which tunnels are open, where, by which process, or why not',
    about:
      'What is shown was verified just now. A TEMPLATE has the keys of --json: {{.Name}} {{.Port}}, {{json .}}, with \\t and \\n.',
    words: tunnels,
    flags: {
      json: { kind: 'switch', describe: 'The same as --format json' },
      format: { kind: 'text', value: 'table|wide|json|TEMPLATE', describe: 'How to print' },
      pids: { kind: 'switch', short: 'q', describe: 'Print only the PIDs' },
      status: {
        kind: 'list',
        value: 'STATE',
        commas: true,
        choices: states,
        describe: 'Only tunnels in that state; may be repeated',
      },
      check: { kind: 'switch', describe: 'Exit with 3 unless every wanted tunnel is open' },
      watch: { kind: 'switch', short: 'w', describe: 'Keep showing, until Ctrl-C' },
    },
    conflicts: [
      ['json', 'pids'],
      ['check', 'watch'],
    ],
    examples: [
      ['p2p ps', 'a table'],
      ['p2p ps --format wide', 'with driver, profiles, last error and log file'],
      ["p2p ps --format '{{.Name}} {{.Port}}'", 'only names and ports'],
      ['p2p ps --json | jq -r .[].url', 'for programs'],
      ['p2p ps --check', 'for scripts: is everything open?'],
    ],
    load: () => import('../../commands/ps.ts'),
  }),
  command({
    name: 'logs',
    summary: "Show the tunnels' own output",
    about:
      'A line shows where a run begins, and when. Of the supervisor, which keeps tunnels open, only where it is named: @supervisor. Programs write to their logs themselves: a time is exact where p2p watched, else it is the last one known before, marked ~.',
    words: tunnels,
    flags: {
      follow: { kind: 'switch', short: 'f', describe: 'Go on as they say more, until Ctrl-C' },
      tail: { kind: 'lines', value: 'N|all', short: 'n', describe: 'Only the last lines of each (all)' },
      grep: { kind: 'text', value: 'REGEX', describe: 'Only lines that match, as they are shown' },
      since: { kind: 'text', value: 'DURATION|TIME', describe: 'Only lines that may have been written since' },
      until: { kind: 'text', value: 'DURATION|TIME', describe: 'Only lines that may have been written before' },
      timestamps: { kind: 'switch', short: 't', describe: 'Show when each line was written; ~ is then or later' },
      json: { kind: 'switch', describe: 'One JSON object a line: tunnel, attempt, line, time, timeExact' },
      'no-log-prefix': { kind: 'switch', describe: "Only the programs' own lines: no names, no borders" },
    },
    conflicts: [['follow', 'until']],
    examples: [
      ['p2p logs -f', 'everything, as it comes'],
      ['p2p logs -n 20 ssh-pi', 'the last 20 lines of one'],
      ["p2p logs -t --since 1h --grep 'refused|timed out'", 'what went wrong in the last hour, and when'],
    ],
    load: () => import('../../commands/logs.ts'),
  }),
  command({
    name: 'why',
    summary: 'Explain one tunnel: every layer with its evidence, and what to do',
    about:
      'Its processes, its listener, what proved it open, its health, what it needs, how it ended before, whether it is tried again, and its last words.',
    words: oneTunnel,
    flags: { json },
    examples: [['p2p why ssh-pi', 'why it is as it is']],
    load: () => import('../../commands/why.ts'),
  }),
  command({
    name: 'events',
    summary: 'Show what happened to the tunnels, and when',
    about:
      'Opened, closed, ended by itself and why, to be opened again: told by every command and by the supervisor. TIME is as in RFC 3339.',
    words: tunnels,
    flags: {
      follow: { kind: 'switch', short: 'f', describe: 'Go on as more happens, until Ctrl-C' },
      since: { kind: 'text', value: 'DURATION|TIME', describe: 'Only what is younger than that, or happened after it' },
      json: { kind: 'switch', describe: 'One JSON object a line' },
    },
    examples: [
      ['p2p events --since 1h', 'the last hour'],
      ['p2p events -f ssh-pi', 'one tunnel, as it happens'],
    ],
    load: () => import('../../commands/events.ts'),
  }),
  command({
    name: 'wait',
    summary: 'Wait until tunnels are open, closed or healthy',
    about:
      'Exits with 0 as soon as it holds, with 1 when it no longer can (failed and not retried), with 124 when time is up.',
    words: tunnels,
    flags: {
      for: {
        kind: 'choice',
        choices: ['open', 'closed', 'healthy'],
        default: 'open',
        describe: 'What to wait for (open)',
      },
      timeout: { ...timeout, describe: 'Give up after that long' },
      any: { kind: 'switch', describe: 'One of the tunnels is enough' },
    },
    examples: [
      ['p2p wait --timeout 1m', 'until all of the project are open'],
      ['p2p wait --for closed ssh-pi', 'until nothing of it runs any more'],
    ],
    load: () => import('../../commands/wait.ts'),
  }),
  command({
    name: 'port',
    summary: 'Print the local address of a tunnel as host:port, and nothing else',
    words: oneTunnel,
    examples: [['p2p port web-pi', 'for scripts: curl "http://$(p2p port web-pi)/"']],
    load: () => import('../../commands/port.ts'),
  }),
  command({
    name: 'url',
    summary: 'Print the url of a tunnel, and nothing else',
    words: oneTunnel,
    flags: { open: { kind: 'switch', describe: 'Also show it in the browser, where the tunnel is open' } },
    examples: [
      ['p2p url web-pi', 'for scripts: curl "$(p2p url web-pi)"'],
      ['p2p url --open web-pi', 'in the browser'],
    ],
    load: () => import('../../commands/url.ts'),
  }),
  command({
    name: 'env',
    summary: 'Print where the tunnels are as variables: P2P_DB_HOST, P2P_DB_PORT, P2P_DB_URL',
    about:
      'Of tunnels that are open; any other is named on standard error, and the exit status is 3. A - in a name becomes _.',
    words: tunnels,
    flags: {
      format: {
        kind: 'choice',
        choices: ['sh', 'dotenv', 'json', 'fish'],
        default: 'sh',
        describe: 'For which reader (sh)',
      },
      declared: { kind: 'switch', describe: 'Also of tunnels that are not open' },
    },
    examples: [
      ['eval "$(p2p env db)"', 'for this shell'],
      ['p2p env --format dotenv > .env.tunnels', 'for a program that reads such a file'],
    ],
    load: () => import('../../commands/env.ts'),
  }),
  command({
    name: 'metrics',
    summary: 'Print states, connections and traffic of the tunnels as OpenMetrics text',
    about: 'For Prometheus and others. What is not known of a tunnel is left out, never printed as 0.',
    words: tunnels,
    flags: {
      textfile: { kind: 'text', value: 'PATH', describe: 'Write to this file instead, all at once' },
    },
    examples: [
      ['p2p metrics', 'all of the project'],
      ['p2p metrics --textfile /var/lib/node_exporter/p2p.prom', 'for the textfile collector, by cron'],
    ],
    load: () => import('../../commands/metrics.ts'),
  }),
  command({
    name: 'top',
    summary: 'Watch the tunnels live, with what flows through them, and open or close them by key',
    about: 'Press ? for its keys. What is shown was verified within the last second.',
    words: tunnels,
    examples: [['p2p top', 'all of the project']],
    load: () => import('../../commands/top/index.ts'),
  }),
  command({
    name: 'ls',
    summary: 'List all projects on this machine, with how their tunnels are',
    about: 'From what is on record: no project file is read.',
    flags: {
      json,
      quiet: { kind: 'switch', short: 'q', describe: 'Print only the names' },
    },
    conflicts: [['json', 'quiet']],
    examples: [['p2p ls', 'where is anything open?']],
    load: () => import('../../commands/ls.ts'),
  }),
]
