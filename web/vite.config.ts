import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const server = process.env.SIGHTGLASS_URL ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
  ['/api', '/health', '^/job/image/', '^/job/[0-9]+/add_image'].map((path) => [path, { target: server, ws: true }]),
);

export default defineConfig({
  plugins: [vue()],
  // Nothing is inlined: the pages run under a policy that allows neither inline script nor style.
  build: { target: 'es2021', assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true },
  server: { proxy },
  preview: { proxy },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
