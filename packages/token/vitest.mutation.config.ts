import { defineConfig } from 'vitest/config';

/** The units of this package without the property run: it finds in seconds what the examples find at once. */
export default defineConfig({
  ssr: { resolve: { conditions: ['netra-source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/token/src/**/*.test.ts'],
    exclude: ['packages/token/src/mutated-tokens.test.ts'],
  },
});
