import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const server = process.env.SIGHTGLASS_URL ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
  ['/api', '/health', '^/job/image/', '^/job/[0-9]+/add_image'].map((path) => [path, { target: server, ws: true }]),
);

// A page of twenty small files waits for connections more often than for bytes: what pages of many photos are made of is
// one file.
const withPhotos = [
  /\/src\/components\/(FilterBar|ThumbHash)\.vue/,
  /\/src\/state\/(photo_filters|photo_source|photo_title|map_view|filter_options|picture_loading|spare_time)\.ts/,
  /\/src\/styles\/filter_bar\.css/,
  /\/node_modules\/thumbhash\//,
  /\/lucide-vue-next\/.*\/icons\/(camera|check|folder-up|image-off|image-up|search|search-x|trash-2|x)\.js/,
];
const fileOf = (id: string) => (withPhotos.some((one) => one.test(id)) ? 'photos' : undefined);

export default defineConfig({
  plugins: [vue()],
  // Every component is written with setup().
  define: { __VUE_OPTIONS_API__: 'false' },
  // Nothing is inlined: the pages run under a policy that allows neither inline script nor style.
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rollupOptions: { output: { manualChunks: fileOf, onlyExplicitManualChunks: true } },
  },
  server: { proxy },
  preview: { proxy },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
