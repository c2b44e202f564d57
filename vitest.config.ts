import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Scenarios run real programs on a machine that may be busy: the limit only has to catch what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
