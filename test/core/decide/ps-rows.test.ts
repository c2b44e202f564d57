import { expect, test } from 'vitest'
import { joinRows } from '../../../src/core/decide/ps-rows.ts'
import type { Observed, TunnelSpec } from '../../../src/core/model.ts'
import { now } from '../../support/context.ts'
import { makeSpec, projectOf } from '../../support/tunnel.ts'
import { gone, seen } from './support.ts'

function rows(declared: { specs: TunnelSpec[]; active: string[] } | null, observed: Observed[]) {
  const project = declared === null ? null : { ...projectOf('/nowhere', declared.specs), active: declared.active }
  const tunnels = new Map(observed.map((one) => [one.record.name, one]))
  const facts = { tunnels, now, bootId: 'boot', supervised: false, wanted: () => new Map() }
  return joinRows({ name: 'lab', declared: project }, facts, (name) => `/log/${name}`)
}

test('declared tunnels come first, in their order, then what is recorded and no longer declared, by name', () => {
  const specs = [makeSpec('web'), makeSpec('db'), makeSpec('off'), makeSpec('off-but-runs')]
  const observed = [seen('zeta'), seen('db'), seen('alpha'), seen('off-but-runs'), seen('mid', { process: gone(1) })]
  const found = rows({ specs, active: ['web', 'db'] }, observed)
  expect(found.map(({ name, config, status }) => `${name} ${config} ${status.state}`)).toEqual([
    'web in-sync closed',
    'db in-sync open',
    'off-but-runs in-sync open',
    'alpha orphan open',
    'mid orphan failed',
    'zeta orphan open',
  ])
})

test('a row has both sides, and where its log is', () => {
  const [spec, one] = [makeSpec('web'), seen('web')]
  expect(rows({ specs: [spec], active: ['web'] }, [one])[0]).toMatchObject({
    project: 'lab',
    name: 'web',
    spec,
    observed: one,
    next: null,
    log: '/log/web',
  })
  expect(rows({ specs: [spec], active: ['web'] }, [])[0]).toMatchObject({ spec, observed: null })
  expect(rows({ specs: [], active: [] }, [one])[0]).toMatchObject({ spec: null, observed: one })
})

test('what was launched differently is changed', () => {
  const changed = makeSpec('web', { fingerprint: 'another' })
  expect(rows({ specs: [changed], active: ['web'] }, [seen('web')])[0]?.config).toBe('changed')
})

test('where the file can not be read nothing counts as changed or orphan', () => {
  expect(rows(null, [seen('web'), seen('db')]).map(({ name, config }) => `${name} ${config}`)).toEqual([
    'db in-sync',
    'web in-sync',
  ])
})
