import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/node.ts', 'src/embedded.ts'],
  platform: 'node',
  fixedExtension: false,
  dts: true,
});
