import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes rather than seconds: they have scripts of their own (package.json), and CI runs them.
    exclude: ['test/slow/**'],
    globalSetup: ['test/setup/build.ts'],
    // Scenarios run real programs on a machine that may be busy: the limit only has to catch what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
