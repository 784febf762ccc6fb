import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

/**
 * KiB as it is parsed and run whenever an isolate starts, and as it is uploaded: the free plan takes 3 MiB
 * (https://developers.cloudflare.com/workers/platform/limits/). `npm run bench:start` measures what a start takes.
 */
const BUDGETS = [
  { what: 'the smallest project', config: 'test/cloudflare/lean-worker/wrangler.toml', parsed: 1818, gzipped: 518 },
  // With what it uses: guards of HTML and of languages, Shopify's client, and its products.
  { what: 'the sample shop', config: 'examples/shop/wrangler.toml', parsed: 2340, gzipped: 702 },
]

test.each(BUDGETS)(
  'the Worker bundle of $what stays within its budget and needs nothing of Node',
  ({ config, parsed, gzipped }) => {
    const folder = mkdtempSync(join(tmpdir(), 'errand-'))
    const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' }
    const args = ['deploy', '--config', config, '--dry-run', '--minify', '--outdir', folder]
    execFileSync(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args], { env, stdio: 'pipe' })
    const bundle = readFileSync(join(folder, 'worker.js'))
    rmSync(folder, { recursive: true })

    expect(bundle.length / 1024).toBeLessThan(parsed)
    expect(gzipSync(bundle).length / 1024).toBeLessThan(gzipped)
    expect(bundle.toString().match(/\bfrom\s*["']node:[^"']+["']/g)).toBeNull()
  },
)
