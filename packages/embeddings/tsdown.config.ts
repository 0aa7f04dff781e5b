import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  platform: 'node',
  fixedExtension: false,
  dts: true,
  // The model in `dist/model` stays.
  clean: ['dist/*.js', 'dist/*.d.ts', 'dist/*.map'],
});
