import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { PlantedProject } from './planted-project.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/agents.md'), 'utf8')

/** The code blocks of the page, by the file that the first line of each names. */
const FILES = new Map(
  [...PAGE.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, file = '', code = '']) => [file, code] as const),
)

describe('the examples of docs/agents.md', () => {
  const project = new PlantedProject({
    ...Object.fromEntries(FILES),
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

  test('run', () => {
    const tests = [...FILES.keys()].filter((file) => file.endsWith('.test.ts'))
    const { status, stdout } = node('--test', ...tests)
    expect({ status, stdout }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(/pass [1-9]/)
  })
})
