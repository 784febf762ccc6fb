import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    // By default, Vitest leaves one CPU free, which is half of a machine with two.
    maxWorkers: '100%',
    // A forgotten `test.only` hides every other test of its file. To run one test, use `-t`.
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'node',
          // Files share the modules that a worker has loaded: loading them for each took as long as the tests.
          isolate: false,
          environment: 'node',
          include: ['test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: ['test/cloudflare/**', 'test/postgres/**', 'examples/*/test/cloudflare/**'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'postgres',
          isolate: false,
          environment: 'node',
          include: ['test/postgres/**/*.test.ts'],
          globalSetup: './test/postgres/shared-server.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './test/cloudflare/wrangler.toml' } })],
        test: {
          name: 'workerd',
          include: ['test/cloudflare/**/*.test.ts', 'examples/*/test/cloudflare/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
