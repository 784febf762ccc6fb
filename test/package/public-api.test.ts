import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../composition/public')

/** Names that a file exports, types among them. */
function exportsOf(file: string): readonly string[] {
  const lists = readFileSync(join(FOLDER, file), 'utf8').matchAll(/^export (?:type )?\{([^}]+)\}/gm)
  return [...lists].flatMap(([, names = '']) => names.split(',').flatMap((name) => name.trim() || [])).sort()
}

// What is gone or renamed breaks programs: docs/compatibility.md says when that may be. `vitest -u` writes the list anew.
test('the public API is what is written down', async () => {
  const files = readdirSync(FOLDER).sort()
  const text = files
    .map(
      (file) =>
        `${file}\n${exportsOf(file)
          .map((name) => `  ${name}\n`)
          .join('')}`,
    )
    .join('')
  expect(exportsOf('errand.ts')).toContain('defineAgent')
  await expect(text).toMatchFileSnapshot('public-api.txt')
})
