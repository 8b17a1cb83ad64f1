import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['netra-source', 'module', 'node', 'development|production'];

/** Long tests that compare how fast something is with and without a load. */
const COMPARES_TIMES = ['tests/system/stalled-readers.long.ts'];

/** Tests that put a module of their own in place of another: they share none. */
const REPLACES_MODULES = ['packages/auth/src/keys/secret-digest.test.ts'];

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['tests/kit/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'libraries',
          include: ['packages/{protocol,token,client,agent,diagnosis,web}/src/**/*.test.{ts,tsx}'],
          // They keep no state and start nothing: files of one worker share what they import, in half the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['packages/{service,auth,gateway}/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...REPLACES_MODULES],
          // What a test starts ends with it or with its file: files of one worker share what they import here too.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'units', include: ['packages/cli/src/**/*.test.ts', ...REPLACES_MODULES] },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Not part of `npm test`: `npm run test:long`.
        extends: true,
        test: {
          name: 'long',
          include: ['**/*.long.ts'],
          exclude: [...configDefaults.exclude, ...COMPARES_TIMES],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        // After all others and one by one: what runs beside them would be measured too.
        extends: true,
        test: {
          name: 'long-alone',
          include: COMPARES_TIMES,
          testTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
