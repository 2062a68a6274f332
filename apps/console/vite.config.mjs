// The page as one folder of files: names with a hash of their content, no inline script, nothing from another host.
export default {
  base: '/console/',
  clearScreen: false,
  publicDir: false,
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    license: { fileName: 'licenses.md' },
    // What the libraries say to another kind of bundler; it changes nothing here.
    rolldownOptions: { onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log) },
    sourcemap: false,
    target: 'es2023',
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: Object.fromEntries(['/billing', '/windows', '/delivery', '/gateway'].map((prefix) => [prefix, 'http://127.0.0.1:8080'])) },
};
