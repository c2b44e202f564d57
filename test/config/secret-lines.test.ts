import { expect, test } from 'vitest'
import { mayHoldSecret } from '../../src/config/text/secret-names.ts'
import type { SourceText } from '../../src/config/text/source.ts'

// Lines that begin with `!` must not be shown, the others must. The mark is no part of the text.
const cases: Record<string, string> = {
  'values of every form': `
 tunnels:
   web:
     port: 80
!    password: hunter2
!    password: &hunter2
!    password: # hunter2
!    password:hunter2
!    password hunter2
!    password: { hunter2 }
!    "password": hunter2
!    run: { token: hunter2 }
!    command: [run, --token=hunter2]
!    # password: hunter2
     port: 80`,
  'values below their key': `
!password:
!hunter2
 port: 80
!password:
!#hunter2
 port: 80
!password:
!- hunter2
!- x: hunter2
 port: 80
!password: |
!  hunter2
!
!  user: x
 port: 80
!password: "one
!two"
 port: 80
!password: {
!  command:
!    - hunter2
!}
 port: 80
!? password
!: hunter2
 port: 80`,
  'what follows a word in a list': `
 command:
   - run
!  - --password
!  - hunter2
 port: 80`,
  'everything of an account, for a key may be mistyped': `
!accounts:
!  default:
!    user: a
!    pasword: hunter2
!    hunter2
 tunnels:
   web: 80
!{ accounts: { default: { pasword: hunter2 } } }`,
  'what an alias may make a secret': `
!x-one: &one hunter2
!x-two: &two |
!  hunter2
 port: 80
 to: R&D`,
  'names that only look like one': `
 PASSWORD_FILE: /run/secret.txt
 tokens: 5
 ssh: { to: passwords.example.com }`,
}

test.each(Object.entries(cases))('%s', (_name, marked) => {
  const lines = marked.split('\n').slice(1)
  const source: SourceText = {
    file: '/p2p.yaml',
    shown: 'p2p.yaml',
    folder: '/',
    text: lines.map((line) => line.slice(1)).join('\n'),
    envFiles: [],
    flaw: null,
    order: 1,
    kind: 'yaml',
  }
  const told = lines.map((line, index) => `${mayHoldSecret(source, index + 1) ? '!' : ' '}${line.slice(1)}`)
  expect(told).toEqual(lines.map((line) => (line === '' ? ' ' : line)))
  expect(lines.every((_line, index) => mayHoldSecret({ ...source, kind: 'env' }, index + 1))).toBe(true)
})
