import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

/** As it is uploaded: the free plan takes 3 MiB (https://developers.cloudflare.com/workers/platform/limits/). */
const GZIPPED_BUDGET = 460 * 1024

/** As it is parsed and run whenever an isolate starts: what can be said of that without a clock. `npm run bench:start` measures it. */
const BUDGET = 1640 * 1024

test('the Worker bundle stays within its budget and needs nothing of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' }
  const args = ['deploy', '--config', 'examples/shop/wrangler.toml', '--dry-run', '--minify', '--outdir', folder]
  execFileSync(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args], { env, stdio: 'pipe' })
  const bundle = readFileSync(join(folder, 'worker.js'))
  rmSync(folder, { recursive: true })

  expect(bundle.length).toBeLessThan(BUDGET)
  expect(gzipSync(bundle).length).toBeLessThan(GZIPPED_BUDGET)
  expect(bundle.toString().match(/\bfrom\s*["']node:[^"']+["']/g)).toBeNull()
})
