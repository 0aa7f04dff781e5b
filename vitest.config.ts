import { defineConfig } from 'vitest/config';

const source = { conditions: ['@jackfield/source', 'module', 'node', 'import', 'default'] };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'unit',
          include: ['packages/**/src/**/*.test.ts', 'internal/**/src/**/*.test.ts', 'test/repository/**/*.test.ts'],
        },
      },
    ],
  },
});
