import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { findingsJson, formatFindings } from '../../src/report/doctor.ts'

const findings: Finding[] = [
  { level: 'ok', topic: 'folders', code: 'folder.fine', message: 'the folder is there', where: '/state', hint: null },
  {
    level: 'problem',
    topic: 'ports',
    code: 'port.taken',
    message: 'port 33000 is already in use by evil\x1b[2J (PID 812)',
    where: 'tunnel ssh-pi',
    hint: 'end that program',
  },
  { level: 'note', topic: 'git', code: 'git.unknown', message: 's3cret-value here', where: null, hint: null },
]
const look = { colour: false, quiet: false, masks: ['s3cret-value'] }

test('findings stand under their topics in a fixed order, made harmless, and are counted', () => {
  expect(formatFindings(findings, look)).toBe(
    `ports
  problem  port 33000 is already in use by evil\\x1b[2J (PID 812)
           tunnel ssh-pi
           try: end that program
git
  note     *** here
folders
  ok       the folder is there
           /state
1 problem, 1 note
`,
  )
})

test('quietly, what is fine is left out, and nothing wrong is said in one line', () => {
  expect(formatFindings(findings, { ...look, quiet: true })).not.toContain('folders')
  expect(formatFindings(findings.slice(0, 1), { ...look, quiet: true })).toBe('no problems\n')
})

test('colour says nothing that words do not', () => {
  const coloured = formatFindings(findings, { ...look, colour: true })
  expect(coloured).toContain('\x1b[31mproblem\x1b[39m')
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(formatFindings(findings, look))
})

test('programs get the same findings in the same order', () => {
  const parsed = JSON.parse(findingsJson(findings, look.masks)) as Finding[]
  expect(parsed.map(({ topic }) => topic)).toEqual(['ports', 'git', 'folders'])
  expect(parsed[0]?.message).toBe(findings[1]?.message)
  expect(parsed[1]?.message).toBe('*** here')
  expect(findingsJson([], [])).toBe('[]\n')
})
