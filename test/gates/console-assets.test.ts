import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ASSETS_FILE, assetsModule } from '../../toolchain/console/assets-module.ts'

/** KiB gzipped of script and style together. A page with 200 events adds about 10. The limit for all is 150 KB. */
const BUDGET = 12

test('script and style of the console are those of its sources; run "npm run console" after a change', async () => {
  const made = await assetsModule()
  expect(readFileSync(ASSETS_FILE, 'utf8')).toBe(made)
  expect(gzipSync(made).length / 1024).toBeLessThan(BUDGET)
})
