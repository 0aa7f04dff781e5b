import { defineConfig } from 'vitest/config';

const conditions = ['@jackfield/source', 'node'];

/** The tests of this package on `ai` 6. The other run, on `ai` 7, is that of the repository. */
export default defineConfig({
  resolve: {
    conditions,
    alias: [
      { find: /^ai($|\/)/, replacement: 'ai-6$1' },
      { find: '@jackfield-internal/conformance/vercel', replacement: '@jackfield-internal/conformance/vercel-6' },
    ],
  },
  ssr: { resolve: { conditions } },
  test: {
    name: 'ai 6',
    include: ['src/**/*.test.ts'],
    provide: { aiMajor: '6' },
  },
});
