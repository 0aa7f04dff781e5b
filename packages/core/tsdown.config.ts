import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', webhooks: 'src/verify-webhook.ts' },
  platform: 'neutral',
  dts: true,
});
