import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../../../src/runtime/process/find-program.ts'

describe('a program is', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'p2p-program-'))
    mkdirSync(join(folder, 'first/tool'), { recursive: true })
    mkdirSync(join(folder, 'second'))
    write('first/plain', 'x', 0o644)
    write('second/plain', 'x', 0o755)
    write('second/tool', '#!/bin/sh\n', 0o755)
    write('second/blanks', '#! \t/bin/sh -e\n', 0o755)
    write('second/lost', '#!/nowhere/python3 -u\n', 0o755)
    write('second/env', '#!/usr/bin/env nowhere\n', 0o755)
    write('first/only', 'x', 0o600)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  function write(name: string, text: string, mode: number): void {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), mode)
  }

  test.each([
    ['plain', { kind: 'found', path: 'second/plain' }],
    ['tool', { kind: 'found', path: 'second/tool' }],
    ['blanks', { kind: 'found', path: 'second/blanks' }],
    ['env', { kind: 'no-interpreter', path: 'second/env', interpreter: 'nowhere' }],
    ['lost', { kind: 'no-interpreter', path: 'second/lost', interpreter: '/nowhere/python3' }],
    ['only', { kind: 'not-executable', path: 'first/only' }],
    ['first/tool', { kind: 'folder', path: 'first/tool' }],
    ['./second/tool', { kind: 'found', path: 'second/tool' }],
    ['first/nothing', { kind: 'missing' }],
    ['nothing', { kind: 'missing' }],
  ])('%s: %j', (name, expected) => {
    const found = findProgram(name, { PATH: `${folder}/first:second` }, folder)
    const path = 'path' in expected ? { path: join(folder, expected.path) } : {}
    expect(found).toEqual({ ...expected, ...path })
  })
})
