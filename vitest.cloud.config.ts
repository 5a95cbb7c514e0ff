import { defineConfig } from 'vitest/config';

/** The platform in its cloud shape: `npm run test:cloud` builds the functions and starts the stand-ins first. */
export default defineConfig({
  test: { include: ['tests/cloud/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
});
