import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PlantedProject } from './planted-project.ts'

const ROOT = join(import.meta.dirname, '../..')
const project = new PlantedProject({
  'domain/style.ts': 'export const same = (a: string, b: string): boolean => a == b\n',
  'domain/type.ts': "export const count: number = 'one'\n",
  'domain/layer.ts': "import 'zod'\n",
  'test/gates/cruise.ts': readFileSync(join(ROOT, 'test/gates/cruise.ts'), 'utf8'),
})

afterAll(() => {
  project.remove()
})

test('one lint reports broken layers, style and types together', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'lint'], { cwd: project.dir, encoding: 'utf8' })
  const output = stdout + stderr
  expect(output).toContain('domain-imports-only-domain')
  expect(output).toContain('eqeqeq')
  expect(output).toContain('TS2322')
  expect(status).toBe(1)
})
