import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  platform: 'node',
  fixedExtension: false,
  dts: true,
  // The compiled toolkits in `dist/data` stay.
  clean: ['dist/*.js', 'dist/*.d.ts', 'dist/*.map'],
});
