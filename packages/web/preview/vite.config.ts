import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import base from '../vite.config.ts';

/** The main states of the app with made-up data, for looking at; never part of the product's build. */
export default mergeConfig(
  base,
  defineConfig({
    build: {
      outDir: fileURLToPath(new URL('../node_modules/.preview', import.meta.url)),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        shimMissingExports: true,
        input: fileURLToPath(new URL('./index.html', import.meta.url)),
      },
    },
  }),
);
