import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', search: 'src/search/index.ts' },
  platform: 'node',
  fixedExtension: false,
  dts: true,
});
