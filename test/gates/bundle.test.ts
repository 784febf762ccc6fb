import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

/** A third of what the free plan takes (3 MiB, https://developers.cloudflare.com/workers/platform/limits/). */
const BUDGET_BYTES = 1024 * 1024

test('the Worker bundle stays within its budget and needs nothing of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' }
  const args = ['deploy', '--dry-run', '--minify', '--outdir', folder]
  execFileSync(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args], { env, stdio: 'pipe' })
  const bundle = readFileSync(join(folder, 'cloudflare.js'))
  rmSync(folder, { recursive: true })

  expect(gzipSync(bundle).length).toBeLessThan(BUDGET_BYTES)
  expect(bundle.toString().match(/\bfrom\s*["']node:[^"']+["']/g)).toBeNull()
})
