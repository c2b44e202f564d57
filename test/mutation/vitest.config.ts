import { defineConfig } from 'vitest/config'

/** Tests that run the source in their own process (scripts/mutation.mjs): the bin runs the build, where nothing is mutated. */
const tests = process.env['P2P_MUTATION_TESTS'] ?? 'test/core/**/*.test.ts'
const isPure = tests.startsWith('test/core')

export default defineConfig({
  test: {
    include: [tests],
    isolate: !isPure,
    setupFiles: isPure ? [] : ['test/mutation/umask.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
