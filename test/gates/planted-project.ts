import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const GATES = [
  'package.json',
  '.dependency-cruiser.cjs',
  'eslint.config.js',
  'tsconfig.json',
  'tsconfig.cloudflare.json',
  'tsconfig.browser.json',
  'test/gates/core.tsconfig.json',
]

/** Path inside the project to its text. */
export type Files = Readonly<Record<string, string>>

/** This project's gates around other files, in a directory of its own: the real folders are never planted in. */
export class PlantedProject {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'gates-')))

  constructor(files: Files) {
    for (const path of GATES) cpSync(join(ROOT, path), join(this.dir, path))
    symlinkSync(join(ROOT, 'node_modules'), join(this.dir, 'node_modules'))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, path)), { recursive: true })
      writeFileSync(join(this.dir, path), text)
    }
  }

  /** The dependency rules, as `npm run lint` runs them. */
  cruise(): SpawnSyncReturns<string> {
    return this.#node(join(ROOT, 'test/gates/cruise.ts'))
  }

  /** The core, compiled without any platform's types. */
  compileCore(): SpawnSyncReturns<string> {
    return this.#node(
      join(ROOT, 'node_modules/@typescript/native/bin/tsc'),
      '-p',
      'test/gates/core.tsconfig.json',
      '--pretty',
      'false',
    )
  }

  remove(): void {
    rmSync(this.dir, { recursive: true })
  }

  #node(...args: readonly string[]): SpawnSyncReturns<string> {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
    return spawnSync(process.execPath, args, { cwd: this.dir, encoding: 'utf8', env })
  }
}
