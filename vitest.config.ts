import { defineConfig } from 'vitest/config'

// Minutes rather than seconds, and what measures: `npm run test:slow`, which CI runs as well.
const slow = process.env['P2P_TESTS'] === 'slow'

export default defineConfig({
  test: {
    include: slow ? ['test/slow/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: slow ? [] : ['test/slow/**'],
    globalSetup: ['test/setup/build.ts'],
    // Scenarios mostly wait for programs, so a few more than there are cores; what measures wants the machine for itself.
    maxWorkers: slow ? 1 : 4,
    // Scenarios run real programs on a machine that may be busy: the limit only has to catch what hangs.
    testTimeout: slow ? 900_000 : 60_000,
    hookTimeout: 60_000,
    // One more try where a landing is decided: real processes meet on a machine that others share. It is reported.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
})
