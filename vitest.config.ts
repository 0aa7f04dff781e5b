import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Without `import` and `module`: Node would apply them to `require` too.
const source = { conditions: ['@jackfield/source', 'node'] };

export default defineConfig({
  test: {
    // Tests wait for servers, processes and clocks more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // One PostgreSQL server for the whole run, started by the first test that asks for it.
    globalSetup: ['./internal/fakes/src/postgres-global-setup.ts'],
    projects: [
      'packages/providers/*/vitest.*.config.ts',
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'unit',
          include: ['packages/**/src/**/*.test.ts', 'internal/**/src/**/*.test.ts', 'test/repository/**/*.test.ts'],
        },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'wire',
          include: ['test/wire/src/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'mcp',
          include: ['test/mcp/src/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'compat',
          include: ['test/compat/src/**/*.test.ts'],
          globalSetup: ['./test/compat/src/install-lanes.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: { name: 'consumers', include: ['test/consumers/src/**/*.test.ts'] },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'e2e',
          include: ['test/e2e/src/**/*.test.ts'],
          globalSetup: ['./test/e2e/src/browser-global-setup.ts'],
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: { name: 'examples', include: ['test/examples/src/**/*.test.ts'] },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: { name: 'docs', include: ['test/docs/src/**/*.test.ts'] },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: { name: 'openapi-prism', include: ['test/openapi-prism/src/**/*.test.ts'] },
      },
      {
        resolve: source,
        ssr: { resolve: source },
        test: { name: 'frameworks', include: ['test/frameworks/src/**/*.test.ts'] },
      },
    ],
  },
});
