import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = ['domain', 'ports', 'application', 'adapters', 'composition', 'create-errand', 'docs', 'toolchain/pack']
const FILES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.cloudflare.json',
  'tsdown.config.ts',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'llms.txt',
]

export interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/**
 * The package as `npm pack` makes it, in a project that has installed it: only what its manifest declares can be
 * imported from it. It is packed in a copy of the checkout, because `prepack` changes `package.json` for a while.
 */
export class Packed {
  readonly project = realpathSync(mkdtempSync(join(tmpdir(), 'errand-package-')))
  readonly folder = join(this.project, 'node_modules/errand')
  readonly tarball: string
  readonly manifest: Manifest

  constructor() {
    const checkout = join(this.project, 'checkout')
    for (const folder of FOLDERS) cpSync(join(ROOT, folder), join(checkout, folder), { recursive: true })
    for (const file of FILES) copyFileSync(join(ROOT, file), join(checkout, file))
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
    execFileSync('npm', ['pack', '--pack-destination', this.project], { cwd: checkout, stdio: 'pipe' })
    this.tarball = join(this.project, readdirSync(this.project).find((name) => name.endsWith('.tgz')) ?? '')
    rmSync(checkout, { recursive: true })

    mkdirSync(this.folder, { recursive: true })
    execFileSync('tar', ['-xzf', this.tarball, '-C', this.folder, '--strip-components=1'])
    this.manifest = JSON.parse(this.read('package.json')) as Manifest
    this.link(...Object.keys(this.manifest.dependencies))
    this.write('package.json', '{ "type": "module" }')
  }

  /** Installs packages of the checkout into the project. */
  link(...names: readonly string[]): void {
    for (const name of names) {
      const path = join(this.project, 'node_modules', name)
      mkdirSync(dirname(path), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules', name), path)
    }
  }

  /** A file of the package. */
  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  /** Writes a file of the project. */
  write(file: string, text: string): void {
    writeFileSync(join(this.project, file), text)
  }

  files(): readonly string[] {
    return (readdirSync(this.folder, { recursive: true }) as string[]).filter((path) =>
      statSync(join(this.folder, path)).isFile(),
    )
  }

  /** The packages and platform modules that an import of `dist/<entry>` loads at once; `import()` is not followed. */
  loads(entry: string, seen = new Set<string>()): readonly string[] {
    if (seen.has(entry)) return []
    seen.add(entry)
    const imports = [...this.read(`dist/${entry}`).matchAll(/^(?:import|export)\b[^"\n]*"([^"\n]+)";?$/gm)]
    const found = imports.flatMap(([, name = '']) => (name.startsWith('./') ? this.loads(name.slice(2), seen) : [name]))
    return [...new Set(found)].sort()
  }

  remove(): void {
    rmSync(this.project, { recursive: true })
  }
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

/** What npm installs with the package, by the checkout's lock: each package once. */
export function installedWith(dependencies: Readonly<Record<string, string>>): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
  const seen = new Set<string>()
  const visit = (names: Readonly<Record<string, string>> | undefined, from: string): void => {
    for (const name of Object.keys(names ?? {})) {
      const nested = `${from}/node_modules/${name}`
      const path = from !== '' && nested in packages ? nested : `node_modules/${name}`
      if (seen.has(path)) continue
      seen.add(path)
      visit(packages[path]?.dependencies, path)
    }
  }
  visit(dependencies, '')
  return [...seen]
}

/** Bytes of all files below a folder of the checkout, or of any folder whose path is absolute. */
export function sizeOf(folder: string): number {
  const top = join(folder.startsWith('/') ? '' : ROOT, folder)
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
