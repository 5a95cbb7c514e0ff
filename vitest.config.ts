import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,functions,gpu-service,scripts,cli,console,infra}/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '.recto/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
