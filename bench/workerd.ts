import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'
import type { SubjectCommand } from './subject.ts'
import { type BenchWorker, workerdConfigOf, wranglerConfigOf } from './workerd-config.ts'

const MODULES = join(import.meta.dirname, '..', 'node_modules')
const WRANGLER = join(MODULES, 'wrangler', 'bin', 'wrangler.js')
const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

/** The other side of a D1 binding, where there is no wrangler to be it. */
const D1: BenchWorker = { main: 'd1.ts', objects: { DATABASE: 'Database' }, d1: null, vars: {} }

/** Bare `workerd serve` on the bundle, as a machine of one's own would run it. */
export function onBareWorkerd(worker: BenchWorker): (folder: string) => SubjectCommand {
  const modules = bundle(worker)
  const database = worker.d1 === null ? null : bundle(D1)
  return (folder) => {
    const config = join(folder, 'config.capnp')
    writeFileSync(config, workerdConfigOf({ worker, modules, database }, folder))
    return {
      command: join(MODULES, 'workerd', 'bin', 'workerd'),
      args: ['serve', config, '--control-fd=1'],
      ready: /"event":"listen","socket":"http","port":(\d+)/,
    }
  }
}

/** `wrangler dev`, as an author runs it. */
export function underWranglerDev(worker: BenchWorker): (folder: string) => Promise<SubjectCommand> {
  return async (folder) => {
    const config = ['-c', writeWranglerConfig(worker, folder), '--persist-to', join(folder, 'state')]
    const ports = ['--port', String(await freePort()), '--inspector-port', String(await freePort())]
    return {
      command: process.execPath,
      args: [WRANGLER, 'dev', ...config, ...ports],
      env: QUIET,
      ready: /Ready on (http:\S+)/,
    }
  }
}

/** Bundles a Worker as it would be deployed. Returns its files, the entry first. */
function bundle(worker: BenchWorker): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'errand-bench-bundle-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  const out = join(folder, 'out')
  const args = ['deploy', '--dry-run', '--minify', '-c', writeWranglerConfig(worker, folder), '--outdir', out]
  execFileSync(process.execPath, [WRANGLER, ...args], { env: { ...process.env, ...QUIET }, stdio: 'pipe' })
  const files = readdirSync(out).filter((file) => /\.(js|csv)$/.test(file))
  return files.sort((a, b) => Number(b.endsWith('.js')) - Number(a.endsWith('.js'))).map((file) => join(out, file))
}

/** In the folder and not beside the sources: wrangler leaves its own files beside its configuration. */
function writeWranglerConfig(worker: BenchWorker, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'wrangler.json')
  writeFileSync(file, JSON.stringify(wranglerConfigOf(worker)))
  return file
}
