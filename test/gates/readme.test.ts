import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlantedProject } from './planted-project.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Where a reader would put each example, by what only it has. */
const PLACES = [
  { has: 'export const slogan', file: 'examples/shop/agents/slogan.ts' },
  { has: 'export const findOrder', file: 'examples/shop/agents/find-order.ts' },
  { has: 'new ErrandClient', file: 'examples/shop/client.ts' },
] as const

/** The code blocks in TypeScript, but for those that show a part of a file. */
function examples(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code)
  return blocks.filter((code) => !code.includes('// …'))
}

describe("README's examples", () => {
  const project = new PlantedProject({})

  beforeAll(() => {
    // What the examples import, and nothing else, for the sake of time.
    const config = readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')
    const files = JSON.stringify(PLACES.map(({ file }) => file))
    writeFileSync(join(project.dir, 'tsconfig.json'), config.replace(/"include": .*/, `"files": ${files},`))
    for (const { has, file } of PLACES) {
      const code = examples().find((example) => example.includes(has))
      mkdirSync(dirname(join(project.dir, file)), { recursive: true })
      writeFileSync(join(project.dir, file), code ?? '')
    }
  })

  afterAll(() => {
    project.remove()
  })

  test('are all here', () => {
    const homeless = examples().filter((code) => !PLACES.some(({ has }) => code.includes(has)))
    expect(homeless).toEqual([])
    for (const { has } of PLACES) expect(examples().filter((code) => code.includes(has))).toHaveLength(1)
  })

  test('pass the lint', async () => {
    const results = await new ESLint({ cwd: project.dir }).lintFiles(PLACES.map(({ file }) => file))
    expect(
      results.flatMap(({ filePath, messages }) => messages.map(({ message }) => `${filePath}: ${message}`)),
    ).toEqual([])
    expect(results).toHaveLength(PLACES.length)
  })
})
