import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addToProject } from '#create-errand/create.js'
import { MadeProject } from '#test/support/made-project.ts'
import { PrintingProcess } from '#test/support/printing-process.ts'

let project: MadeProject

beforeEach(() => {
  // The native compiler: the sources of the package take the other one ten seconds.
  const installed = { '@types': '@types', typescript: '@typescript/native', wrangler: 'wrangler' }
  project = new MadeProject('blank', installed)
  // The package's declarations are its sources here, and those hold under its own options.
  const config = project.read('tsconfig.json')
  const options = '"lib": ["ES2024", "WebWorker"], "exactOptionalPropertyTypes": true'
  project.write('tsconfig.json', config.replace('"lib": ["ES2024"]', options))
})

afterEach(() => {
  project.remove()
})

async function errand(...args: readonly string[]): Promise<{ code: number | null; lines: readonly string[] }> {
  const command = new PrintingProcess(project.command(...args), { cwd: project.folder })
  return { code: await command.closed, lines: command.unread.trim().split('\n') }
}

const deployed = (changed: object): void => {
  const sound = { classes: ['AgentJob'], migrations: [] }
  project.write('errand.deployed.json', JSON.stringify({ ...sound, ...changed }))
}

describe('errand check', () => {
  test('finds nothing in what the templates make', async () => {
    // Both in one project: each compilation takes the sources of the package with it.
    project.write('blank.config.ts', project.read('errand.config.ts'))
    project.delete('errand.config.ts')
    addToProject({ directory: project.folder, template: 'shop' })
    const { code, lines } = await errand('check')
    expect(lines.map((line) => line.slice(0, 13).trim())).toEqual([
      'ok    config',
      'ok    agent',
      'ok    types',
      'ok    worker',
    ])
    expect(code).toBe(0)
  })

  test('finds a missing key, a type error, and a class that an earlier deploy has fixed', async () => {
    project.write(
      'agents/slogan.ts',
      project.read('agents/slogan.ts').replace("name: 'slogan'", "name: 'slogan', model: 'anthropic/claude-x'"),
    )
    project.write('agents/other.ts', 'export const count: number = "three"\n')
    // This file alone: the sources of the package take the compiler seconds.
    project.write('tsconfig.json', '{ "files": ["agents/other.ts"] }')
    deployed({ classes: ['AgentJob', 'Carts'] })
    const { code, lines } = await errand('check')
    expect(lines).toEqual([
      expect.stringMatching(/^ok {4}config/),
      expect.stringMatching(/^FAIL {2}agent {4}slogan: .*ANTHROPIC_API_KEY/),
      expect.stringMatching(/^FAIL {2}types {4}agents\/other\.ts\(1,14\): error TS2322/),
      expect.stringMatching(/^FAIL {2}worker {3}Class Carts was deployed and has no binding now/),
    ])
    expect(code).toBe(1)
  })

  test('notes a tool whose effect is not named', async () => {
    project.delete('tsconfig.json')
    project.write('agents/slogan.ts', project.read('agents/slogan.ts').replace("effect: 'read',", ''))
    const { code, lines } = await errand('check')
    expect(lines).toContain('note  agent    count_words: no effect named, so it counts as once')
    expect(code).toBe(0)
  })

  test('finds a schema that JSON Schema cannot express, by the name of its agent', async () => {
    project.delete('tsconfig.json')
    project.write(
      'agents/slogan.ts',
      project.read('agents/slogan.ts').replaceAll('product: z.string()', 'product: z.bigint()'),
    )
    const { code, lines } = await errand('check')
    expect(lines[0]).toMatch(/^FAIL {2}config {3}Agent "slogan": its input has no JSON Schema/)
    expect(code).toBe(1)
  })
})

test('errand deploy publishes nothing that would put stored objects out of reach', async () => {
  deployed({ migrations: [{ tag: 'v1', new_sqlite_classes: ['Carts'] }] })
  const { code, lines } = await errand('deploy')
  expect(lines).toEqual([
    expect.stringMatching(/^errand: wrangler\.jsonc cannot be deployed\. Migration "v1" is not as it was/),
  ])
  expect(code).toBe(1)
})

test('errand deploy --dry-run builds the Worker from the config alone, and records nothing', async () => {
  const { code, lines } = await errand('deploy', '--dry-run')
  expect(lines[0]).toMatch(
    /^Entry \.errand\/worker\.ts\. Durable Object classes AgentJob, .*, for ever\. Migrations v1\.$/,
  )
  expect(lines.join('\n')).toMatch(/env\.AGENT_JOB \(AgentJob\)[^]*--dry-run: exiting now/)
  expect(code).toBe(0)
  expect(() => project.read('errand.deployed.json')).toThrow('ENOENT')
})
