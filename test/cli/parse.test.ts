import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { command, type Command } from '../../src/cli/command.ts'
import { parseLine, type ParsedLine } from '../../src/cli/parse.ts'
import { commands } from '../../src/cli/table.ts'
import { P2pError } from '../../src/core/errors.ts'
import type { Environment } from '../../src/core/context.ts'

type Run = Extract<ParsedLine, { want: 'run' }>

function parse(line: string | string[], env: Environment = {}, rows: readonly Command[] = commands): Run {
  const parsed = parseLine(typeof line === 'string' ? words(line) : line, rows, env)
  if (parsed.want !== 'run') throw new Error(`wants ${parsed.want}`)
  return parsed
}

function words(line: string): string[] {
  return line === '' ? [] : line.split(' ')
}

function mistake(line: string | string[], env: Environment = {}): string {
  try {
    parseLine(typeof line === 'string' ? words(line) : line, commands, env)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    expect(error.code).toBe('usage')
    expect(error.exitStatus).toBe(2)
    return error.hint === null ? error.message : `${error.message} | ${error.hint}`
  }
  throw new Error('was understood')
}

describe('globals', () => {
  test('long ones work before and after the command word', () => {
    for (const line of ['--file x.yaml up', 'up --file x.yaml', 'up a --file=x.yaml', '--file=x.yaml up']) {
      expect(parse(line).globals.files, line).toEqual(['x.yaml'])
    }
  })

  test('-f before the command word is the file and swallows nothing but its value', () => {
    const { command, args, globals } = parse('-f x.yaml -f y.yaml up a b')
    expect(command.name).toBe('up')
    expect(globals.files).toEqual(['x.yaml', 'y.yaml'])
    expect(args['names']).toEqual(['a', 'b'])
  })

  test('p2p up -f x.yaml is the file, p2p logs -f follows', () => {
    expect(parse('up -f x.yaml').globals.files).toEqual(['x.yaml'])
    const logs = parse('logs -f x')
    expect(logs.globals.files).toEqual([])
    expect(logs.args).toMatchObject({ follow: true, names: ['x'] })
    expect(parse('-f x.yaml logs -f').globals.files).toEqual(['x.yaml'])
  })

  test('-q is --quiet, except where a command has a -q of its own', () => {
    expect(parse('up -q').globals.quiet).toBe(true)
    const ps = parse('ps -q')
    expect([ps.globals.quiet, ps.args['pids']]).toEqual([false, true])
    expect(parse('ps --quiet').args['pids']).toBe(false)
  })

  test('- is a value, for standard input', () => {
    expect(parse('-f - up').globals.files).toEqual(['-'])
    expect(parse('up -f -').globals.files).toEqual(['-'])
  })

  test('every global arrives', () => {
    const line =
      'up -p lab --profile web,db --profile x --env-file a --env-file b --progress plain --lock-timeout 1m30s --debug -q'
    expect(parse(line).globals).toEqual({
      files: [],
      projectName: 'lab',
      profiles: ['web', 'db', 'x'],
      envFiles: ['a', 'b'],
      progress: 'plain',
      quiet: true,
      lockTimeoutMs: 90_000,
      debug: true,
    })
  })

  test('--no-color is no negation of anything, and --color is its opposite', () => {
    expect(parse('up --no-color').noColor).toBe(true)
    expect(parse('--no-color up').noColor).toBe(true)
    expect(parse('up --no-color --color').noColor).toBe(false)
  })

  test('without flags and environment there are only defaults', () => {
    expect(parse('up').globals).toEqual({
      files: [],
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'auto',
      quiet: false,
      lockTimeoutMs: 60_000,
      debug: false,
    })
  })
})

describe('the environment', () => {
  test('has twins of four flags', () => {
    const env = { P2P_FILE: 'a.yaml:b.yaml', P2P_PROJECT_NAME: 'lab', P2P_PROFILES: 'web, db', P2P_PROGRESS: 'json' }
    expect(parse('up', env).globals).toMatchObject({
      files: ['a.yaml', 'b.yaml'],
      projectName: 'lab',
      profiles: ['web', 'db'],
      progress: 'json',
    })
  })

  test('is beaten by a flag', () => {
    const env = { P2P_FILE: 'a.yaml', P2P_PROJECT_NAME: 'lab', P2P_PROFILES: 'web', P2P_PROGRESS: 'nonsense' }
    expect(parse('-f b.yaml -p other --profile db --progress tty up', env).globals).toMatchObject({
      files: ['b.yaml'],
      projectName: 'other',
      profiles: ['db'],
      progress: 'tty',
    })
  })

  test('empty variables count for nothing', () => {
    const env = { P2P_FILE: '', P2P_PROJECT_NAME: '', P2P_PROFILES: '', P2P_PROGRESS: '' }
    expect(parse('up', env).globals).toMatchObject({ files: [], projectName: null, profiles: [], progress: 'auto' })
  })

  test('separates paths by newlines where there is one, so that a path may hold a colon', () => {
    expect(parse('up', { P2P_FILE: 'a:b.yaml\nc.yaml\n' }).globals.files).toEqual(['a:b.yaml', 'c.yaml'])
  })

  test('names the variable that is wrong', () => {
    expect(mistake('up', { P2P_PROGRESS: 'plian' })).toBe(
      'P2P_PROGRESS must be auto, tty, plain, json or quiet, not plian | did you mean plain?',
    )
  })
})

describe('arguments', () => {
  test('up without flags', () => {
    expect(parse('up').args).toEqual({
      names: [],
      attach: false,
      detach: false,
      noWait: false,
      waitTimeout: null,
      noDeps: false,
      forceRecreate: false,
      noRecreate: false,
      removeOrphans: false,
      dryRun: false,
      json: false,
      exitCode: false,
    })
  })

  test('names stay the strings they are', () => {
    expect(parse('up 1e3 0x10 007 true null').args['names']).toEqual(['1e3', '0x10', '007', 'true', 'null'])
  })

  test.each([
    ['down -t 10s', { timeout: 10_000 }],
    ['down -t10s', { timeout: 10_000 }],
    ['down -t=10s', { timeout: 10_000 }],
    ['down --timeout=1m30s', { timeout: 90_000 }],
    ['logs -n20', { tail: 20 }],
    ['logs -n 0', { tail: 0 }],
    ['logs --tail all', { tail: null }],
    ['logs', { tail: null, follow: false, noLogPrefix: false }],
    ['logs -fn5 a', { follow: true, tail: 5, names: ['a'] }],
    ['ps --status open,failed --status closed', { status: ['open', 'failed', 'closed'] }],
    ['ps --json', { json: true, format: null }],
    ['ps --format={{.Name}}', { format: '{{.Name}}' }],
    ['ps -qw', { pids: true, watch: true }],
    ['up --no-wait', { noWait: true }],
    ['up --no-wait --wait', { noWait: false }],
    ['up --attach --no-attach', { attach: false }],
    ['up --attach=false', { attach: false }],
    ['up --attach=true', { attach: true }],
    ['start -d', { detach: true }],
    ['stop a', { names: ['a'] }],
    ['up a --dry-run b', { names: ['a', 'b'], dryRun: true }],
    ['up --dry-run -- a --not-a-flag', { dryRun: true, names: ['a', '--not-a-flag'] }],
    ['version --json', { json: true }],
    ['validate -q', { quiet: true, format: 'yaml', names: false, profiles: false, hash: false }],
    ['config --json --hash', { format: 'json', hash: true }],
    ['config --profiles', { profiles: true }],
    ['init --force', { force: true }],
  ])('p2p %s', (line, args) => {
    expect(parse(line).args).toMatchObject(args)
  })

  test('of a text given twice the last counts', () => {
    expect(parse('ps --format wide --format table').args['format']).toBe('table')
  })

  test('a value may hold = and begin with a dash when it is attached', () => {
    expect(parse(['ps', '--format=a=b {{.Name}}']).args['format']).toBe('a=b {{.Name}}')
    expect(parse(['up', '--file=-x.yaml']).globals.files).toEqual(['-x.yaml'])
  })
})

describe('a row of the table', () => {
  const row = command({
    name: 'check',
    aliases: [],
    summary: '',
    about: '',
    words: { kind: 'word', key: 'what', shown: 'WHAT', describe: '' },
    flags: {
      quiet: { kind: 'switch', short: 'q', describe: '' },
      format: { kind: 'choice', choices: ['yaml', 'json'], default: 'yaml', describe: '' },
      json: { kind: 'shorthand', stands: { for: 'format', value: 'json' }, describe: '' },
    },
    conflicts: [],
    examples: [],
    load: () => Promise.resolve({ run: () => Promise.resolve(0) }),
  })

  test('may offer a shorthand, which gives no argument of its own', () => {
    expect(parse('check --json', {}, [row]).args).toEqual({ what: null, quiet: false, format: 'json' })
    expect(parse('check --json --format yaml', {}, [row]).args['format']).toBe('yaml')
  })

  test('shares a switch with the globals where both have it', () => {
    for (const line of ['check -q', '-q check', '--quiet check', 'check --quiet']) {
      const { args, globals } = parse(line, {}, [row])
      expect([args['quiet'], globals.quiet], line).toEqual([true, true])
    }
  })

  test('may take one word only', () => {
    expect(parse('check a', {}, [row]).args['what']).toBe('a')
    expect(() => parse('check a b', {}, [row])).toThrow('p2p check takes only one name, got b')
  })
})

describe('help and version', () => {
  test.each([
    ['', null],
    ['--help', null],
    ['-h', null],
    ['up --help', 'up'],
    ['up -h', 'up'],
    ['--help up', 'up'],
    ['-f x.yaml logs -h', 'logs'],
    ['stop --help', 'down'],
    ['up --no-such-flag --help', 'up'],
    ['--no-such-flag up --help', 'up'],
  ])('p2p %s', (line, name) => {
    const parsed = parseLine(words(line), commands, {})
    expect(parsed.want === 'help' ? (parsed.command?.name ?? null) : parsed.want).toBe(name)
  })

  test.each(['--version', 'up --version', '--version up'])('p2p %s', (line) => {
    expect(parseLine(words(line), commands, {}).want).toBe('version')
  })

  test('after -- there is no help', () => {
    expect(parse('up -- --help').args['names']).toEqual(['--help'])
  })
})

describe('mistakes name what could have been meant', () => {
  test.each([
    ['pss', 'unknown command pss | did you mean p2p ps?'],
    ['dwon a', 'unknown command dwon | did you mean p2p down?'],
    ['strat', 'unknown command strat | did you mean p2p start?'],
    ['frobnicate', 'unknown command frobnicate | p2p help lists the commands'],
    ['up --no-wiat', 'unknown flag --no-wiat | did you mean --no-wait?'],
    ['up --wiat', 'unknown flag --wiat | did you mean --wait?'],
    ['up --fiel x', 'unknown flag --fiel | did you mean --file?'],
    ['up --zzz=1', 'unknown flag --zzz | p2p up --help lists the flags'],
    ['up -x', 'unknown flag -x | p2p up --help lists the flags'],
    ['up -dx', 'unknown flag -x | p2p up --help lists the flags'],
    ['--zzz up', 'unknown flag --zzz | p2p help lists the flags'],
    ['--dry-run up', '--dry-run belongs after the command | p2p up --dry-run'],
    ['-n5 logs', '-n belongs after the command | p2p logs -n'],
    ['--debug', 'no command given | p2p help lists them'],
    ['up --file', '--file needs a value: --file FILE'],
    ['up --file=', '--file needs a value: --file FILE'],
    ['up --file --debug', '--file needs a value: --file FILE'],
    ['-f', '-f needs a value: -f FILE'],
    ['up --progress', '--progress needs a value: --progress auto|tty|plain|json|quiet'],
    ['up --dry-run=1', '--dry-run takes no value'],
    ['up --no-attach=1', '--no-attach takes no value'],
    ['up --progress=jsno', '--progress must be auto, tty, plain, json or quiet, not jsno | did you mean json?'],
    [
      'ps --status opne',
      '--status must be closed, opening, open, unhealthy, retrying, closing, failed or unknown, not opne | did you mean open?',
    ],
    ['down -t 10', '-t must be a duration such as 10s or 1m30s, not 10 | -t 10s'],
    ['down --timeout=soon', '--timeout must be a duration such as 10s or 1m30s, not soon'],
    ['logs -n x', '-n must be a number of lines, or all, not x'],
    ['logs -n -5', '-n needs a value: -n N|all'],
    ['up --attach -d', '--attach and --detach cannot be used together'],
    ['up --force-recreate --no-recreate', '--force-recreate and --no-recreate cannot be used together'],
    ['version 1', 'p2p version takes no name, got 1 | p2p version --help'],
  ])('p2p %s', (line, words) => {
    expect(mistake(line)).toBe(words)
  })
})

test('no line does anything but be understood or be refused', () => {
  const known = commands.flatMap(({ name, flags }) => [name, ...Object.keys(flags).map((flag) => `--${flag}`)])
  const token = fc.oneof(fc.constantFrom(...known, '-f', '-q', '-n', '-', '--', '-h'), fc.string({ maxLength: 8 }))
  fc.assert(
    fc.property(fc.array(token, { maxLength: 6 }), (line) => {
      try {
        expect(['run', 'help', 'version']).toContain(parseLine(line, commands, {}).want)
      } catch (error) {
        if (!(error instanceof P2pError)) throw error
        expect(error.code).toBe('usage')
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is a name after -- is a name, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (names) => {
      expect(parse(['up', '--', ...names]).args['names']).toEqual(names)
    }),
  )
})
