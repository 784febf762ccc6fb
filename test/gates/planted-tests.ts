import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Files } from './planted-project.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The configuration of the run, and what it loads besides tests. */
const COPIED = ['package.json', 'vitest.config.ts', 'tsconfig.json', 'test/support', 'test/postgres', 'test/cloudflare']

export interface TestRun {
  readonly code: number | null
  readonly output: string
}

/** Copies what CI's own test command runs on, without this project's tests and sources, adds `tests`, and runs it. */
export async function runPlanted(tests: Files): Promise<TestRun> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'gates-')))
  try {
    const filter = (path: string): boolean => !basename(path).endsWith('.test.ts')
    for (const path of COPIED) cpSync(join(ROOT, path), join(dir, path), { recursive: true, filter })
    symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
    for (const [path, text] of Object.entries(tests)) writeFileSync(join(dir, path), text)
    withoutLint(join(dir, 'package.json'))
    return await bash(ciTestCommand(), dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The last line of `.ci/run`, under that script's options. */
function ciTestCommand(): string {
  const lines = readFileSync(join(ROOT, '.ci/run'), 'utf8').trim().split('\n')
  return `${String(lines.find((line) => line.startsWith('set ')))}\n${String(lines.at(-1))}`
}

/** The lint has tests of its own, and takes longer than all of these. */
function withoutLint(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { scripts: Record<string, string> }
  manifest.scripts['lint'] = 'true'
  writeFileSync(path, JSON.stringify(manifest))
}

async function bash(command: string, cwd: string): Promise<TestRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|npm_)/.test(name))
  const child = spawn('bash', ['-c', command], {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const read = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  await once(child, 'close')
  return { code: child.exitCode, output }
}
