import { expect, test } from 'vitest'
import { type ExaminedWorker, workerFindings } from '#composition/cli/worker-secrets.ts'
import { DURABLE_OBJECTS } from '#composition/durable-objects.ts'
import { defineAgent } from '#domain/agent/agent.ts'

const settings = {
  durable_objects: { bindings: Object.entries(DURABLE_OBJECTS).map(([class_name, name]) => ({ name, class_name })) },
  d1_databases: [{ binding: 'JOB_INDEX' }],
  compatibility_flags: ['enable_request_signal', 'global_fetch_strictly_public'],
  triggers: { crons: ['* * * * *'] },
  version_metadata: { binding: 'CF_VERSION_METADATA' },
}
const agents = [
  defineAgent({
    name: 'writer',
    instructions: '',
    model: 'anthropic/claude-haiku-4-5',
    fallbackModels: ['openai/gpt'],
  }),
]
const KEY = 'sk-a-secret-of-this-test'

function said(worker: Partial<ExaminedWorker>): readonly string[] {
  const sound = { settings, configFile: 'wrangler.jsonc', local: { file: '.dev.vars', env: {} }, agents }
  return [...workerFindings({ ...sound, ...worker })].map(({ result, text }) => `${result} ${text}`)
}

test('names the keys of the models that are not there, and the secrets that a deployed Worker needs', () => {
  const local = { file: '.dev.vars', env: { ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: '' } }
  expect(said({ local })).toEqual([
    'note OPENAI_API_KEY is not in .dev.vars: "errand dev --worker" cannot call openai/gpt',
    'note deployed, it needs as secrets ERRAND_API_KEYS and ANTHROPIC_API_KEY, OPENAI_API_KEY. Which are stored is known online only: npx wrangler secret list',
  ])
  expect(said({ agents: [] })).toEqual([expect.stringContaining('the key of a model, such as ANTHROPIC_API_KEY')])
})

test('a secret in plain text and a setting that is none are faults, and no value is shown', () => {
  const vars = { ANTHROPIC_API_KEY: KEY, ERRAND_MODEL: KEY, ERRAND_MODLE: KEY }
  const findings = said({ settings: { ...settings, vars } })
  expect(findings).toEqual([
    'FAIL ANTHROPIC_API_KEY stands in "vars" of wrangler.jsonc in plain text: take it out, and store it with "npx wrangler secret put ANTHROPIC_API_KEY"',
    expect.stringMatching(
      /^FAIL "vars" of wrangler.jsonc and .dev.vars: [^]*ERRAND_MODEL must[^]*ERRAND_MODLE is not a/,
    ),
  ])
  expect(findings.join()).not.toContain(KEY)
})

test('what an author has taken out is a sentence each', () => {
  const bare = { durable_objects: settings.durable_objects, d1_databases: settings.d1_databases }
  expect(said({ settings: bare }).filter((text) => text.startsWith('FAIL'))).toEqual([
    expect.stringContaining('"enable_request_signal"'),
    expect.stringContaining('"global_fetch_strictly_public"'),
    expect.stringContaining('lost alarms are not found'),
    expect.stringContaining('"version_metadata"'),
  ])
})
