import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Comments that switch ESLint off and do not say why, as `-- reason`. */
function unexplained(text: string): readonly string[] {
  const disables = text.match(/(\/\/|\/\*)\s*eslint-disable(?:.(?!\*\/))*/g) ?? []
  return disables.filter((comment) => !/\s-{2,}\s+\w/.test(comment))
}

describe('comments that switch ESLint off', () => {
  test('say why', () => {
    const files = globSync(['{domain,ports,application,adapters,composition,test}/**/*.ts', '*.{ts,js,cjs}'], {
      cwd: ROOT,
    })
    expect(files.length).toBeGreaterThan(50)
    expect(
      files.flatMap((file) =>
        unexplained(readFileSync(join(ROOT, file), 'utf8')).map((comment) => `${file}: ${comment}`),
      ),
    ).toEqual([])
  })

  const off = ['eslint', 'disable'].join('-')

  test.each([
    `// ${off}-next-line no-console`,
    `/* ${off} */ code()`,
    `code() // ${off}-line`,
    `// ${off}-line no-console -- `,
  ])('are found without a reason: %s', (text) => {
    expect(unexplained(text)).toHaveLength(1)
  })

  test.each([
    `// ${off}-next-line no-console -- The CLI's output.`,
    `/* ${off} no-console -- The CLI's output. */ code()`,
    '// enable',
  ])('are fine with one: %s', (text) => {
    expect(unexplained(text)).toEqual([])
  })
})
