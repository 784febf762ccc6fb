import { describe, expect, test } from 'vitest'
import { type TestRun, runPlanted } from './planted-tests.ts'

// The exit code is all that CI sees of a run. Each case is a run of its own, with the project's configuration.

const PLACES = {
  node: 'test/planted.test.ts',
  postgres: 'test/postgres/planted.test.ts',
  workerd: 'test/cloudflare/planted.test.ts',
} as const

type Project = keyof typeof PLACES

const IMPORT = "import { beforeAll, describe, expect, test } from 'vitest'\n"
const PASSES = `${IMPORT}test('passes', () => { expect(1).toBe(1) })\n`
const FAILS = `${IMPORT}test('fails', () => { expect(1).toBe(2) })\n`

function planted(codes: Partial<Record<Project, string>>): Promise<TestRun> {
  return runPlanted(Object.fromEntries(Object.entries(codes).map(([name, code]) => [PLACES[name as Project], code])))
}

/** What the package of Postgres did in the test runner: the exit code of a failed run became 0. */
const EXITS_WITH_0 = "export const setup = (): void => void process.on('beforeExit', () => process.exit(0))\n"

describe("CI's test command", () => {
  test('ends with 0 where a test of each project passes', async () => {
    const { code, output } = await planted({ node: PASSES, postgres: PASSES, workerd: PASSES })
    expect(output).toContain('3 passed, 0 failed')
    expect(code).toBe(0)
  })

  // Beside a test of Node that passes: the exit code of Postgres alone was right when that of both was 0.
  test.each([
    ['node', { node: FAILS }, '0 passed, 1 failed'],
    ['postgres', { node: PASSES, postgres: FAILS }, '1 passed, 1 failed'],
    ['workerd', { node: PASSES, workerd: FAILS }, '1 passed, 1 failed'],
  ])('fails where a test of %s fails', async (_project, codes, counts) => {
    const { code, output } = await planted(codes)
    expect(output).toContain(counts)
    expect(code).toBe(1)
  })

  // In one run, whose count says of each that it has failed.
  test('fails for what goes wrong outside of a test', async () => {
    const { code, output } = await runPlanted({
      'test/unloaded.test.ts': "import './missing.ts'\n",
      'test/late.test.ts': `${PASSES}setTimeout(() => { throw new Error('late') }, 0)\n`,
      'test/rejected.test.ts': `${PASSES}void Promise.reject(new Error('lost'))\n`,
      'test/hook.test.ts': `${IMPORT}describe('it', () => { beforeAll(() => { throw new Error() }); test('x', () => {}) })\n`,
      'test/hiding.test.ts': PASSES.replace('test(', 'test.only('),
      'test/empty.test.ts': 'export {}\n',
    })
    expect(output).toContain('2 passed, 6 failed')
    expect(code).toBe(1)
  })

  test.each([
    ['a worker that is killed', `${IMPORT}test('dies', () => { process.kill(process.pid, 'SIGKILL') })\n`],
    ['a test that ends its process with 0', `${IMPORT}test('exits', () => { process.exit(0) })\n`],
    ['tests that are all skipped', PASSES.replace('test(', 'test.skip(')],
  ])('fails for %s', async (_what, code) => {
    expect((await planted({ node: code })).code).toBe(1)
  })

  test('fails where the test runner itself is ended with 0', async () => {
    const files = { [PLACES.postgres]: FAILS, 'test/postgres/shared-server.ts': EXITS_WITH_0 }
    expect((await runPlanted(files)).code).toBe(1)
  })

  test('fails where there are no tests', async () => {
    expect((await planted({})).code).toBe(1)
  })
})
