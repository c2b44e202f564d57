import { defineConfig } from 'vitest/config'

// Minutes rather than seconds, and what measures: `npm run test:slow`; faults: `npm run test:faults`. CI runs both as well.
const slow = process.env['P2P_TESTS'] === 'slow'
const faults = process.env['P2P_TESTS'] === 'faults'

/** Folders whose tests start no programs of their own to wait for: their files share what they have loaded. */
const pure = ['config', 'core', 'drivers', 'examples', 'import', 'report'].map((name) => `test/${name}/**/*.test.ts`)

/** Minutes, measurements, whole situations, what builds a copy of the project, and much of what few changes touch. */
const long = ['slow', 'trials', 'model', 'fuzz', 'security', 'sim', 'simulator']
  .map((name) => `test/${name}/**/*.test.ts`)
  .concat(
    [
      'api/api',
      'architecture/one-place',
      'commands/add',
      'commands/completion',
      'commands/open',
      'commands/projects',
      'commands/run',
      'commands/top',
      'docs/command-lines',
      'docs/pictures',
      'hooks/hooks',
      'secrets/secret-service',
      'ssh/chain',
    ].map((name) => `test/${name}.test.ts`),
  )

const everyday = [
  { extends: true as const, test: { name: 'pure', include: pure, isolate: false } },
  {
    extends: true as const,
    test: { name: 'programs', include: ['test/**/*.test.ts'], exclude: [...long, ...pure, 'test/faults/**'] },
  },
]
const thorough = [{ extends: true as const, test: { name: 'slow', include: long } }]
const everyFault = [
  {
    extends: true as const,
    test: { name: 'faults', include: ['test/faults/*.test.ts'], globalSetup: ['test/faults/support/summary.ts'] },
  },
]

export default defineConfig({
  test: {
    projects: faults ? everyFault : slow ? thorough : everyday,
    globalSetup: ['test/setup/build.ts'],
    // Scenarios mostly wait for programs, so more than there are cores; what measures wants the machine for itself.
    maxWorkers: faults ? 2 : slow ? 1 : 5,
    // Scenarios run real programs on a machine that may be busy: the limit only has to catch what hangs.
    testTimeout: slow || faults ? 900_000 : 60_000,
    hookTimeout: 60_000,
    // One more try where a landing is decided: real processes meet on a machine that others share. It is reported.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
})
