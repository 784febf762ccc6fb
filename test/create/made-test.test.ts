import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { MadeProject } from '#test/support/made-project.ts'

test.each([
  { template: 'blank', tests: 2 },
  { template: 'shop', tests: 2 },
] as const)('the tests that the template $template brings pass as "npm test" runs them', ({ template, tests }) => {
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
  expect(stdout).toMatch(new RegExp(`^\\S+ pass ${String(tests)}$`, 'm'))
  expect(status).toBe(0)
})

test('the crash kit fails the test of a project whose tool claims to be harmless and is not', () => {
  const project = new MadeProject('blank')
  onTestFinished(() => {
    project.remove()
  })
  project.write(
    'agents/slogan.test.ts',
    `const effects: string[] = []
    ${project.read('agents/slogan.test.ts')}`
      .replace('agent: slogan,', 'agent: { ...slogan, tools: slogan.tools.map(sends) }, effects: () => effects,')
      .concat("const sends = (tool) => ({ ...tool, run: () => effects.push('sent') })"),
  )
  const { status, stdout } = spawnSync(process.execPath, ['--test', 'agents/slogan.test.ts'], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(stdout).toContain('the effect "sent" happened 2 times, not 1')
})
