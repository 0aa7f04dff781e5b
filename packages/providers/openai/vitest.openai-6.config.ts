import { defineConfig } from 'vitest/config';

const conditions = ['@jackfield/source', 'node'];

/** The tests of this package on `openai` 6. The other run, on `openai` 7, is that of the repository. */
export default defineConfig({
  resolve: { conditions, alias: [{ find: /^openai($|\/)/, replacement: 'openai-6$1' }] },
  ssr: { resolve: { conditions } },
  test: {
    name: 'openai 6',
    include: ['src/**/*.test.ts'],
    provide: { openaiMajor: '6' },
  },
});
