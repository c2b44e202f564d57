import { expect, test } from 'vitest'
import { readExitMeaning } from '../../src/core/decide/exit-meaning.ts'
import { command } from '../../src/drivers/command.ts'
import { basics, problemLines } from './support.ts'

test('a list is program and arguments, placeholders filled in, no shell between', () => {
  const { launch, target } = command.compile(['kubectl', 'port-forward', 'svc/api', '{port}:80', '$HOME; rm'], basics())
  expect(launch).toEqual({
    program: 'kubectl',
    args: ['port-forward', 'svc/api', '33001:80', '$HOME; rm'],
    env: {},
    files: [],
    cwd: '/home/me/lab',
  })
  expect(target).toBe("kubectl port-forward svc/api 33001:80 '$HOME; rm'")
})

test('a shell is used only where the file says so', () => {
  const { launch, target } = command.compile({ run: 'exec nc -l {port}', shell: true }, basics())
  expect([launch.program, ...launch.args]).toEqual(['/bin/sh', '-c', 'exec nc -l 33001'])
  expect(target).toBe('exec nc -l 33001')
})

test('with a port it is open when it listens, without one when it has lived for a second', () => {
  expect(command.compile(['x'], basics()).ready.conditions).toEqual([{ kind: 'listen' }])
  const portless = command.compile(['x'], basics({ endpoint: null }))
  expect(portless.ready.conditions).toEqual([{ kind: 'alive', ms: 1000 }])
  expect(portless.endpoints).toEqual([])
})

test('a program that is an option, or nothing, is refused', () => {
  expect(problemLines(command.compile(['-x'], basics()))).toEqual([
    'error command.0 must not start with -: it would be read as an option',
  ])
  expect(problemLines(command.compile(['', 'x'], basics()))).toEqual(['error command.0 must name a program'])
  expect(problemLines(command.compile(['x', '-y'], basics()))).toEqual([])
})

test('it gets 10 s after TERM', () => {
  expect(command.compile(['x'], basics()).stop).toEqual({ signal: 'TERM', graceMs: 10_000 })
})

test('a program that lacks a library is not called missing', () => {
  const tunnel = { name: 'a', endpoints: [], outcomes: command.compile(['x'], basics()).outcomes }
  for (const line of [
    'x: error while loading shared libraries: libssl.so.1.0.0: cannot open shared object file: No such file or directory',
    'Error loading shared library libssl.so.1.0.0: No such file or directory (needed by /usr/bin/x)',
  ]) {
    const facts = { status: 127, lastLines: [line], ranMs: 9, opened: false, rebooted: false }
    expect(readExitMeaning(facts, tunnel).reason).toBe('a library that its program needs is missing: libssl.so.1.0.0')
  }
})
