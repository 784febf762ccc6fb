import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The first of `stem.ts`, `stem.js` and `stem.mjs` in a folder. */
export function moduleIn(folder: string, stem: string): string | null {
  return ['ts', 'js', 'mjs'].map((extension) => join(folder, `${stem}.${extension}`)).find(existsSync) ?? null
}

/** The script of a program that is installed in a project or above it, as in a workspace. */
export function installedBin(folder: string, name: string, packageName = name): string | null {
  const home = installedPackage(folder, packageName)
  if (home === null) return null
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    readonly bin?: string | Readonly<Record<string, string>>
  }
  const path = typeof bin === 'string' ? bin : bin?.[name]
  return path === undefined ? null : join(home, path)
}

/** The folder of an installed package. Looked up by path: not every package exports its package.json. */
export function installedPackage(folder: string, name: string): string | null {
  const home = join(folder, 'node_modules', name)
  if (existsSync(join(home, 'package.json'))) return home
  const above = dirname(folder)
  return above === folder ? null : installedPackage(above, name)
}
