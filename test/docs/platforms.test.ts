import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/platforms.md'), 'utf8')
const ROWS = [...PAGE.matchAll(/^\| [^|]+ \| `((?:adapters|composition)\/[^`]+)\/` \| [^|]+ \| (\d+) \|$/gm)].map(
  ([, folder = '', lines = '']) => ({ folder, lines: Number(lines) }),
)

const linesOf = (folder: string): number =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .reduce((sum, file) => sum + readFileSync(join(ROOT, folder, file), 'utf8').split('\n').length - 1, 0)

test('the page names five folders', () => {
  expect(ROWS).toHaveLength(5)
})

test.each(ROWS)('$folder has about $lines lines', ({ folder, lines }) => {
  expect(linesOf(folder)).toBeGreaterThan(lines * 0.8)
  expect(linesOf(folder)).toBeLessThan(lines * 1.2)
})
