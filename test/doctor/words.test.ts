import { expect, test } from 'vitest'
import { readBanner, readDiagnosis } from '../../src/runtime/doctor/connectd-words.ts'
import { banner, guideReport } from './fake-connectd.ts'

test("the banner of the vendor's guide gives version, system and date", () => {
  expect(readBanner(banner)).toEqual({
    version: '4.6',
    system: 'x86_64',
    built: 'Apr 19 2019 at 16:46:38',
    isSimulator: false,
  })
  expect(readBanner(banner.replace('x86_64 Version', 'MAC OSX Version'))?.system).toBe('MAC OSX')
})

test('the simulator is known by its own line, and another program by having none of them', () => {
  expect(readBanner(`${banner}   SIMULATOR\n`)?.isSimulator).toBe(true)
  for (const output of ['', 'usage: connectd', '   Version 4.6 - (c)2019', 'Connectd built today']) {
    expect(readBanner(output)).toBeNull()
  }
})

test("the report of the vendor's guide says that all is well", () => {
  expect(readDiagnosis(guideReport)).toEqual({
    dns: true,
    tcp: true,
    udp: true,
    router: [
      'This router preserves ports, this is optimal.',
      "This router doesn't remap new connections to new ports.",
    ],
    compatible: true,
  })
})

test('what does not end with [OK] has failed, and what is not said is not known', () => {
  expect(readDiagnosis(guideReport.replace(/\[OK\]/g, '[FAILED]'))).toMatchObject({
    dns: false,
    tcp: false,
    udp: false,
  })
  expect(readDiagnosis(guideReport.replace('Looks compatible.', ''))).toMatchObject({ compatible: false })
  expect(readDiagnosis(banner)).toEqual({ dns: null, tcp: null, udp: null, router: [], compatible: null })
})
