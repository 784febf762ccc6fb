import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { MadeProject } from '#test/support/made-project.ts'

test.each(['blank', 'shop'] as const)(
  'the tests that the template %s brings pass as "npm test" runs them',
  (template) => {
    const project = new MadeProject(template)
    const { scripts } = JSON.parse(project.read('package.json')) as { scripts: { test: string } }
    const [program = '', ...args] = scripts.test.replaceAll('"', '').split(' ')
    expect(program).toBe('node')
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: project.folder,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    })
    project.remove()
    expect(stdout).toMatch(/^\S+ pass 2$/m)
    expect(status).toBe(0)
  },
)
