// How big the Worker is and what its start costs. `npm run bench:start`. `test/gates/bundle.test.ts` has the budget of its size.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readOptions } from './options.ts'

interface Meta {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

readOptions('Measures how big the Worker is and what its start costs.', {})

const ROUNDS = 5
const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

function wrangler(...args: readonly string[]): void {
  const quiet = { WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }
  const script = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  execFileSync(process.execPath, [script, ...args], { cwd: ROOT, env: { ...process.env, ...quiet }, stdio: 'pipe' })
}

/** By package, or by folder where the file is ours. */
function sizes(): readonly { readonly of: string; readonly bytes: number }[] {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'bundle-meta.json'), 'utf8')) as Meta
  const sums = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
    const [, inside = path] = path.split(/.*node_modules\//)
    const parts = inside.split('/').slice(0, inside === path || inside.startsWith('@') ? 2 : 1)
    const of = parts.join('/')
    sums.set(of, (sums.get(of) ?? 0) + bytesInOutput)
  }
  return [...sums].map(([of, bytes]) => ({ of, bytes })).sort((a, b) => b.bytes - a.bytes)
}

/** Parsing and running the module, by the profile that wrangler takes in the local runtime. */
function startMs(): number {
  const file = join(folder, 'start.cpuprofile')
  wrangler('check', 'startup', '--args=--minify --config=examples/shop/wrangler.toml', '--outfile', file)
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  return samples.reduce((sum, id, index) => sum + (idle.has(id) ? 0 : (timeDeltas[index] ?? 0)), 0) / 1000
}

wrangler('deploy', '--config', 'examples/shop/wrangler.toml', '--dry-run', '--minify', '--metafile', '--outdir', folder)
const bundle = readFileSync(join(folder, 'worker.js'))
const gzipped = gzipSync(bundle).length
const largest = sizes().slice(0, 8)
const starts = Array.from({ length: ROUNDS }, startMs).sort((a, b) => a - b)
const medianMs = starts[Math.floor(ROUNDS / 2)] ?? Number.NaN

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`
process.stderr.write(`bundle ${kib(bundle.length)}, gzipped ${kib(gzipped)}; start ${medianMs.toFixed(0)} ms of CPU\n`)
for (const { of, bytes } of largest) process.stderr.write(`  ${of.padEnd(32)}${kib(bytes).padStart(10)}\n`)
process.stdout.write(`${JSON.stringify({ bytes: bundle.length, gzipped, startMs: medianMs, largest })}\n`)
