import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../../../src/core/model.ts'
import { isRecordWhole, recoverRecords, setDamagedAside } from '../../../src/runtime/tunnel/recover.ts'
import { makeRecord, makeSpec } from '../../support/tunnel.ts'
import { table, type Table } from './process-table.ts'

const nonces = { web: 'a'.repeat(32), db: 'b'.repeat(32), old: 'c'.repeat(32) }
const recordOf = (name: keyof typeof nonces): RunRecord => makeRecord(makeSpec(name), { attempt: nonces[name] })

/** These are in state.json, those in specs.json. */
function lab(recorded: RunRecord[] | null, launched: RunRecord[] | null = recorded): Table {
  const made = table()
  const { store } = made.world
  if (launched !== null)
    store.writeLaunched(new Map(launched.map((record) => [record.name, { record, spec: makeSpec(record.name) }])))
  if (recorded !== null) store.writeRecords(new Map(recorded.map((record) => [record.name, record])))
  return made
}

/** Its launcher and its program, with what the launcher wrote. */
function run(
  made: Table,
  name: keyof typeof nonces,
  launcher: number,
  text = `l ${launcher}\np ${launcher + 1}\n`,
): void {
  const nonce = nonces[name]
  made.add({ pid: launcher, nonce, isLauncher: true }, { pid: launcher + 1, ppid: launcher, pgid: launcher, nonce })
  made.runFile(nonce, text)
}

const write = ({ world }: Table, name: string, text: string): void => {
  writeFileSync(join(world.store.folder, name), text)
}
const read = ({ world }: Table, name: string): string => readFileSync(join(world.store.folder, name), 'utf8')
const files = ({ world }: Table): string[] =>
  readdirSync(world.store.folder)
    .filter((name) => name.includes('.json'))
    .sort()
const names = (records: ReadonlyMap<string, RunRecord>): string[] => [...records.keys()].sort()

describe('the records of a project', () => {
  test('are those of its index', () => {
    const made = lab([recordOf('web')])
    run(made, 'web', 100)
    expect(recoverRecords(made.world)).toEqual(new Map([['web', recordOf('web')]]))
    expect(isRecordWhole(made.world)).toBe(true)
  })

  test('are none where nothing was ever recorded', () => {
    const made = lab(null)
    expect(recoverRecords(made.world).size).toBe(0)
    expect(isRecordWhole(made.world)).toBe(true)
    expect(setDamagedAside(made.world)).toEqual([])
    expect(files(made)).toEqual([])
  })

  test('are those of the specifications where the index is missing or damaged', () => {
    const missing = lab(null, [recordOf('web')])
    expect(names(recoverRecords(missing.world))).toEqual(['web'])
    const damaged = lab([], [recordOf('web')])
    write(damaged, 'state.json', '{"torn')
    expect(recoverRecords(damaged.world)).toEqual(new Map([['web', recordOf('web')]]))
  })

  test('are nowhere where both are damaged: nothing may be done while anything of it runs', () => {
    const made = lab([recordOf('web')])
    run(made, 'web', 100)
    write(made, 'state.json', '{"torn')
    write(made, 'specs.json', '{"torn')
    expect(() => recoverRecords(made.world)).toThrow(
      expect.objectContaining({
        code: 'state.unusable',
        message: `${join(made.world.store.folder, 'state.json')} is damaged, and processes of its tunnels are still running: PIDs 100, 101`,
        hint: `stop them, then remove ${made.world.store.folder}`,
      }) as Error,
    )
    expect(() => setDamagedAside(made.world)).toThrow(
      expect.objectContaining({
        code: 'state.unusable',
        message: `${made.world.store.folder} is damaged and its tunnels are still running`,
        hint: 'stop them first',
      }) as Error,
    )
    expect(files(made)).toEqual(['specs.json', 'state.json'])
  })

  test('are reported as damaged where nothing runs', () => {
    const made = lab([recordOf('web')])
    write(made, 'state.json', '{"torn')
    write(made, 'specs.json', '{"torn')
    expect(() => recoverRecords(made.world)).toThrow(/state\.json is damaged$/)
  })

  test('of another build are refused and left as they are', () => {
    const made = lab([], [recordOf('web')])
    write(made, 'state.json', '{"format":99}')
    const version = expect.objectContaining({ code: 'state.version' }) as Error
    expect(() => recoverRecords(made.world)).toThrow(version)
    expect(() => setDamagedAside(made.world)).toThrow(version)
    expect(files(made)).toEqual(['specs.json', 'state.json'])
    const specs = lab([recordOf('web')])
    write(specs, 'state.json', '{"torn')
    write(specs, 'specs.json', '{"format":99}')
    expect(() => recoverRecords(specs.world)).toThrow(version)
  })
})

describe('what runs and is not in the index, because an older one was put back', () => {
  test('is taken in from the specifications, and written', () => {
    const made = lab([recordOf('web')], [recordOf('web'), recordOf('db')])
    run(made, 'db', 200)
    expect(isRecordWhole(made.world)).toBe(false)
    expect(names(recoverRecords(made.world))).toEqual(['db', 'web'])
    expect(names(made.world.store.readRecords())).toEqual(['web'])
    expect(setDamagedAside(made.world)).toEqual([])
    expect(names(made.world.store.readRecords())).toEqual(['db', 'web'])
    expect(isRecordWhole(made.world)).toBe(true)
  })

  test('takes the place of an attempt that never ran', () => {
    const before = { ...recordOf('db'), attempt: 'd'.repeat(32) }
    const made = lab([before], [recordOf('db')])
    run(made, 'db', 200)
    expect(isRecordWhole(made.world)).toBe(false)
    expect(recoverRecords(made.world).get('db')).toEqual(recordOf('db'))
    setDamagedAside(made.world)
    expect(made.world.store.readRecords().get('db')).toEqual(recordOf('db'))
  })

  test('is nobody where the index names one that ran as well', () => {
    const before = { ...recordOf('db'), attempt: 'd'.repeat(32) }
    const made = lab([before], [recordOf('db')])
    run(made, 'db', 200)
    made.runFile('d'.repeat(32), 'l 300\np 301\nx 0\n')
    expect(isRecordWhole(made.world)).toBe(false)
    expect(recoverRecords(made.world).get('db')).toEqual(before)
    expect(() => setDamagedAside(made.world)).toThrow(/do not know: PIDs 200, 201$/)
  })

  test('is refused where no specification knows it', () => {
    const made = lab([recordOf('web')])
    run(made, 'old', 300)
    expect(isRecordWhole(made.world)).toBe(false)
    expect(names(recoverRecords(made.world))).toEqual(['web'])
    expect(() => setDamagedAside(made.world)).toThrow(
      expect.objectContaining({
        code: 'state.unusable',
        message: 'processes of this project run that its records do not know: PIDs 300, 301',
        hint: 'was a backup put back? stop them: kill 300 301',
      }) as Error,
    )
  })

  test.each([
    ['has ended', 'l 200\np 201\nx 0\n'],
    ['never claimed its attempt', ''],
    ['has a file that nobody can read', 'nonsense\n'],
  ])('does not count where it %s', (_what, text) => {
    const made = lab([recordOf('web')], [recordOf('web')])
    run(made, 'db', 200, text)
    expect(isRecordWhole(made.world)).toBe(true)
    expect(names(recoverRecords(made.world))).toEqual(['web'])
  })

  test('does not count where nothing of it is alive', () => {
    const made = lab([recordOf('web')], [recordOf('web'), recordOf('db')])
    made.runFile(nonces.db, 'l 200\np 201\n')
    expect(isRecordWhole(made.world)).toBe(true)
    expect(names(recoverRecords(made.world))).toEqual(['web'])
  })

  test('is found by files of attempts alone', () => {
    const made = lab([recordOf('web')])
    for (const name of ['README', `${nonces.db}.ready`, `x${nonces.db}`, `${nonces.db}0`, 'A'.repeat(32)])
      made.runFile(name, 'l 900\np 901\n')
    made.add({ pid: 900, nonce: `x${nonces.db}`, isLauncher: true }, { pid: 901, nonce: `${nonces.db}0` })
    expect(isRecordWhole(made.world)).toBe(true)
  })
})

describe('before anything is written', () => {
  test('an index that is missing is written from the specifications', () => {
    const made = lab(null, [recordOf('web')])
    expect(setDamagedAside(made.world)).toEqual([])
    expect(names(made.world.store.readRecords())).toEqual(['web'])
    expect(made.world.store.hasRecords()).toBe(true)
  })

  test('an index that is whole is left alone', () => {
    const made = lab([recordOf('web')])
    const [before, stamp] = [read(made, 'state.json'), made.world.store.lastBootId()]
    made.world.store.bootId = 'another'
    expect(setDamagedAside(made.world)).toEqual([])
    expect([read(made, 'state.json'), made.world.store.lastBootId()]).toEqual([before, stamp])
  })

  test.each([
    ['absent', null],
    ['voided, or about to write', ''],
  ])('a launch whose file is %s is put on record, to be settled', (_what, text) => {
    const made = lab([recordOf('web')], [recordOf('web'), recordOf('db')])
    if (text !== null) made.runFile(nonces.db, text)
    setDamagedAside(made.world)
    expect(names(made.world.store.readRecords())).toEqual(['db', 'web'])
  })

  test.each(['l 200\np 201\nx 0\n', 'nonsense\n'])('one that wrote %j is over', (text) => {
    const made = lab([recordOf('web')], [recordOf('web'), recordOf('db')])
    made.runFile(nonces.db, text)
    setDamagedAside(made.world)
    expect(names(made.world.store.readRecords())).toEqual(['web'])
  })

  test('one that the index names keeps the record of the index', () => {
    const other = { ...recordOf('web'), attempt: 'e'.repeat(32) }
    const made = lab([recordOf('web')], [other])
    setDamagedAside(made.world)
    expect(made.world.store.readRecords().get('web')).toEqual(recordOf('web'))
  })
})

describe('damaged files are set aside', () => {
  test.each(['specs.json', 'desired.json', 'ports.json', 'project.json'])('%s alone, and the index stays', (name) => {
    const made = lab([recordOf('web')])
    write(made, name, '{"torn')
    const aside = join(made.world.store.folder, `${name}.damaged`)
    expect(setDamagedAside(made.world)).toEqual([aside])
    expect(readFileSync(aside, 'utf8')).toBe('{"torn')
    expect(existsSync(join(made.world.store.folder, name))).toBe(false)
    expect(names(made.world.store.readRecords())).toEqual(['web'])
  })

  test('the index, which is written anew from the specifications', () => {
    const made = lab([], [recordOf('web')])
    run(made, 'web', 100)
    write(made, 'state.json', '{"torn')
    setDamagedAside(made.world)
    expect(read(made, 'state.json.damaged')).toBe('{"torn')
    expect(names(made.world.store.readRecords())).toEqual(['web'])
  })

  test('both, where nothing runs: the project starts over', () => {
    const made = lab([recordOf('web')])
    write(made, 'state.json', '{"torn')
    write(made, 'specs.json', '{"torn')
    expect(setDamagedAside(made.world)).toHaveLength(2)
    expect(files(made)).toEqual(['specs.json.damaged', 'state.json', 'state.json.damaged'])
    expect(made.world.store.readRecords().size).toBe(0)
  })

  test('another file with a missing index: that comes from the specifications', () => {
    const made = lab(null, [recordOf('web')])
    write(made, 'ports.json', '{"torn')
    setDamagedAside(made.world)
    expect(names(made.world.store.readRecords())).toEqual(['web'])
  })

  test('with what runs and is not in the index', () => {
    const made = lab([recordOf('web')], [recordOf('web'), recordOf('db')])
    run(made, 'db', 200)
    write(made, 'ports.json', '{"torn')
    setDamagedAside(made.world)
    expect(names(made.world.store.readRecords())).toEqual(['db', 'web'])
  })

  test('not, where something runs that no record knows', () => {
    const made = lab([recordOf('web')])
    run(made, 'old', 300)
    write(made, 'ports.json', '{"torn')
    expect(() => setDamagedAside(made.world)).toThrow(/do not know: PIDs 300, 301$/)
    expect(files(made)).toEqual(['ports.json', 'specs.json', 'state.json'])
  })
})
