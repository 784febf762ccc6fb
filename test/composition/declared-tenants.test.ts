import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import type { TenantDefinitions } from '#composition/config/tenants.ts'
import { createNodeApp } from '#composition/serve.ts'
import { parseSettings } from '#composition/settings/settings.ts'
import { defineAgent } from '#domain/agent/agent.ts'

const writer = defineAgent({ name: 'writer', instructions: 'Write.' })
const reader = defineAgent({ name: 'reader', instructions: 'Read.' })
const agents = [writer, reader]
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'errand-tenants-'))
})

afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

/** What the tenant `default` sees of the agents, in a server that has this config. */
async function agentsSeen(config: ReturnType<typeof defineConfig>, env: object = {}): Promise<readonly string[]> {
  const settings = { ERRAND_DATA_DIR: dataDir, ERRAND_OPEN: 'local-development', ...env }
  const app = await createNodeApp(config, { env: settings })
  try {
    const connection = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }
    const response = await app.fetch(new Request('http://localhost/agents'), connection)
    return ((await response.json()) as { agents: { name: string }[] }).agents.map(({ name }) => name)
  } finally {
    await app.close()
  }
}

test('a tenant has the policy that the config declares', async () => {
  expect(await agentsSeen(defineConfig({ agents }))).toEqual(['writer', 'reader'])
  expect(await agentsSeen(defineConfig({ agents, tenants: { default: { agents: [reader] } } }))).toEqual(['reader'])
})

test('a factory of tenants gets the environment', async () => {
  const config = defineConfig({ agents, tenants: ({ env }) => ({ default: { agents: [env['ONLY'] ?? ''] } }) })
  expect(await agentsSeen(config, { ONLY: 'writer' })).toEqual(['writer'])
})

test('ERRAND_TENANTS wins, for the fields that it names', async () => {
  const config = defineConfig({ agents, tenants: { default: { agents: [reader], maxUnfinishedJobs: 7 } } })
  const set = (fields: object) => ({ ERRAND_TENANTS: JSON.stringify({ default: fields }) })
  expect(await agentsSeen(config, set({ agents: ['writer'] }))).toEqual(['writer'])
  expect(await agentsSeen(config, set({ maxUnfinishedJobs: 9 }))).toEqual(['reader'])
})

test('a misspelt field of ERRAND_TENANTS says which was meant', () => {
  expect(() => parseSettings({ ERRAND_TENANTS: '{"acme": {"requestPerMinute": 5}}' })).toThrow(
    'ERRAND_TENANTS.acme Unrecognized key: "requestPerMinute". Did you mean "requestsPerMinute"?',
  )
})

test.each<{ readonly what: string; readonly tenants: object; readonly said: string }>([
  {
    what: 'a misspelt field',
    tenants: { acme: { requestPerMinute: 5 } },
    said: 'Tenant "acme": Unrecognized key: "requestPerMinute". Did you mean "requestsPerMinute"?',
  },
  {
    what: 'a number out of its bounds',
    tenants: { acme: { requestsPerMinute: 0 } },
    said: 'Tenant "acme": requestsPerMinute: Too small: expected number to be >=1',
  },
  {
    what: 'a name that no key can have',
    tenants: { 'acme & sons': {} },
    said: 'Tenant "acme & sons": its name must be 1 to 64 letters, digits, "_", "." or "-".',
  },
])('$what is found with the config', ({ tenants, said }) => {
  expect(() => defineConfig({ agents, tenants: tenants as TenantDefinitions })).toThrow(said)
})

test('an agent that the config has not is found at the start', async () => {
  const config = defineConfig({ agents, tenants: { acme: { agents: ['wrtier'] } } })
  await expect(agentsSeen(config)).rejects.toThrow(
    'Tenant "acme" names the agent "wrtier", and the config has none of that name.',
  )
})
