import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { PlantedProject } from './planted-project.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/agents.md'), 'utf8')

/** The code blocks of the page, by the file that the first line of each names. */
const FILES = new Map(
  [...PAGE.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, file = '', code = '']) => [file, code] as const),
)

/** The config of a reader who has tried every agent on the page. */
function configOf(files: ReadonlyMap<string, string>): string {
  const agents = [...files].flatMap(([file, code]) =>
    [...code.matchAll(/^export const (\w+) = defineAgent/gm)].map(([, name = '']) => ({ file, name })),
  )
  const imports = agents.map(({ file, name }) => `import { ${name} } from './${file}'\n`).join('')
  const names = agents.map(({ name }) => name).join(', ')
  return `import { defineConfig } from 'errand'\n${imports}\nexport default defineConfig({ agents: [${names}] })\n`
}

describe('the examples of docs/agents.md', () => {
  const project = new PlantedProject({
    ...Object.fromEntries(FILES),
    'errand.config.ts': configOf(FILES),
    // A package of its own, so that `errand` is the one in node_modules.
    'package.json': '{"name":"reader","type":"module"}',
  })
  const node = (...args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd: project.dir, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } })

  afterAll(() => {
    project.remove()
  })

  test('all say in which file they belong', () => {
    expect(PAGE.match(/^```ts$/gm)).toHaveLength(FILES.size)
  })

  test('have sound types', () => {
    const config = readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')
    const files = JSON.stringify([...FILES.keys(), 'errand.config.ts'])
    writeFileSync(join(project.dir, 'tsconfig.json'), config.replace(/"include": .*/, `"files": ${files},`))
    const { stdout } = node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json', '--pretty', 'false')
    const names = [...FILES.keys(), 'errand.config.ts']
    expect(stdout.split('\n').filter((line) => names.some((name) => line.startsWith(name)))).toEqual([])
  })

  test('run', () => {
    const tests = [...FILES.keys()].filter((file) => file.endsWith('.test.ts'))
    const { status, stdout } = node('--test', ...tests)
    expect({ status, stdout }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(/pass [1-9]/)
  })
})
