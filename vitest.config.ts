import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,functions,gpu-service,scripts,cli,console,infra}/**/*.test.ts', 'tests/**/*.test.ts'],
    // tests/cloud has a configuration of its own: it needs the functions built and the stand-ins told of each other.
    exclude: ['**/node_modules/**', '.recto/**', 'tests/cloud/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
