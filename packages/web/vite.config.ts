import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['netra-source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    // Everything is a file of our own origin, so that the page runs under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    // What counts is the compressed first load, which scripts/size.js holds below its limit.
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/auth': server, '/v1': server, '/ws': { target: server, ws: true } },
  },
});
