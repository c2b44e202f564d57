import { defineConfig } from 'vitest/config'

/** Tests of the mutated folder that run the source in their own process: the bin runs the build, where nothing is mutated. */
const folder = process.env['P2P_MUTATION_TESTS'] ?? 'test/core'
const isPure = folder.startsWith('test/core')

export default defineConfig({
  test: {
    include: [`${folder}/**/*.test.ts`],
    isolate: !isPure,
    setupFiles: isPure ? [] : ['test/mutation/umask.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
