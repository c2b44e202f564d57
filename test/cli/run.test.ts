import { describe, expect, test } from 'vitest'
import { run, type Surroundings } from '../../src/cli/run.ts'
import { P2pError } from '../../src/core/errors.ts'

interface Ran {
  status: number
  stdout: string
  stderr: string
}

async function p2p(argv: string[], more: Partial<Surroundings> = {}): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text
    },
    isTTY: false,
    columns: null,
  })
  const status = await run({
    argv,
    cwd: () => '/nowhere',
    env: {},
    stdin: { isTTY: false, read: () => Promise.resolve(new Uint8Array()) },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => 0,
    interrupted: new AbortController().signal,
    masks: [],
    ...more,
  })
  return { status, ...said }
}

test('p2p alone explains itself on stdout', async () => {
  const ran = await p2p([])
  expect(ran.status).toBe(0)
  expect(ran.stdout).toContain('Usage: p2p')
  expect(ran.stderr).toBe('')
  expect(await p2p(['--help'])).toEqual(ran)
  expect(await p2p(['help'])).toEqual(ran)
})

test('--version and version say the same', async () => {
  const ran = await p2p(['--version'])
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  expect(ran.stdout).toMatch(/^p2p \S+\n$/)
  expect(await p2p(['version'])).toEqual(ran)
})

test('a mistake is told on stderr, in two lines, with exit status 2', async () => {
  expect(await p2p(['pss'])).toEqual({
    status: 2,
    stdout: '',
    stderr: 'p2p: unknown command pss\n     try: did you mean p2p ps?\n',
  })
})

test('what is echoed of the command line cannot command the terminal', async () => {
  const { stderr } = await p2p(['\x1b[2J'])
  expect(stderr).toContain('unknown command \\x1b[2J')
})

describe('what a command throws', () => {
  const thrown = (error: unknown, more: Partial<Surroundings> = {}) =>
    p2p(['version'], {
      cwd: () => {
        throw error
      },
      ...more,
    })

  test('as a P2pError has its own exit status', async () => {
    expect(await thrown(new P2pError('project.busy', 'busy', { hint: 'wait' }))).toEqual({
      status: 5,
      stdout: '',
      stderr: 'p2p: busy\n     try: wait\n',
    })
  })

  test('as anything else is a bug, and a library’s words stay unsaid', async () => {
    const ran = await thrown(new Error('password: hunter22'))
    expect(ran.status).toBe(70)
    expect(ran.stderr).toContain('a bug in p2p')
    expect(ran.stderr).not.toContain('hunter22')
    expect(ran.stderr).not.toContain('    at ')
  })

  test('has a stack with --debug', async () => {
    const error = new TypeError('x is undefined')
    const { stderr } = await p2p(['--debug', 'version'], {
      cwd: () => {
        throw error
      },
    })
    expect(stderr).toContain('TypeError: x is undefined')
    expect(stderr).toMatch(/\n\s+at /)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGPIPE', 130],
  ])('because of %s is no failure to explain', async (reason, status) => {
    const interruption = new AbortController()
    interruption.abort(reason)
    const { signal } = interruption
    const aborted = Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' })
    expect(await thrown(aborted, { interrupted: signal })).toEqual({ status, stdout: '', stderr: '' })
    expect(await thrown(reason, { interrupted: signal })).toEqual({ status, stdout: '', stderr: '' })
    expect((await thrown(new TypeError('x'), { interrupted: signal })).status).toBe(70)
  })
})

describe('colour', () => {
  const terminal = { isTTY: true, columns: 80 }
  const said = async (argv: string[], env: Record<string, string>, isTTY: boolean): Promise<string> => {
    let text = ''
    const write = (part: string): void => {
      text += part
    }
    await p2p(argv, { env, stderr: { ...terminal, isTTY, write } })
    return text
  }

  test.each([
    ['on a terminal', [], {}, true, true],
    ['in a pipe', [], {}, false, false],
    ['on a dumb terminal', [], { TERM: 'dumb' }, true, false],
    ['with NO_COLOR', [], { NO_COLOR: '1' }, true, false],
    ['with an empty NO_COLOR', [], { NO_COLOR: '' }, true, true],
    ['with --no-color', ['--no-color'], {}, true, false],
    ['with FORCE_COLOR in a pipe', [], { FORCE_COLOR: '1' }, false, true],
    ['with FORCE_COLOR over NO_COLOR', [], { FORCE_COLOR: '', NO_COLOR: '1' }, false, true],
    ['with FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, true, false],
    ['with --no-color over FORCE_COLOR', ['--no-color'], { FORCE_COLOR: '1' }, true, false],
  ])('%s', async (_, flags, env, isTTY, coloured) => {
    expect((await said([...flags, 'pss'], env, isTTY)).includes('\x1b[31m')).toBe(coloured)
  })
})

test('a secret that was opened is hidden on both streams, whatever a command prints', async () => {
  const ran = await p2p(['version'], { masks: ['p2p 0'] })
  expect(ran.stdout).toMatch(/^\*\*\*/)
})
