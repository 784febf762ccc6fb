import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { McpToolSettings } from '#adapters/mcp/mcp-tools.ts'
import { calls, says } from '#adapters/models/scripted-models.ts'
import { crashEverywhere } from '#composition/testing/crash-everywhere.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { TestMcpServer, acceptedTools } from '#test/support/mcp-server.ts'

let server: TestMcpServer

beforeEach(async () => {
  server = await new TestMcpServer().open()
})

afterEach(() => server.kill())

describe('a crash during a call', () => {
  const crashed = async (mail: McpToolSettings) => {
    const mailer = defineAgent({
      name: 'mailer',
      instructions: 'Mail.',
      tools: await acceptedTools(server, { tools: { mail } }),
    })
    const { problems, unknown, runs } = await crashEverywhere({
      agent: mailer,
      input: 'ada',
      model: [calls([{ name: 'mail', input: { to: 'ada' } }]), says('Sent.')],
      effects: () => server.outbox,
    })
    expect(runs).toBeGreaterThan(10)
    return { problems, unknown }
  }

  test('never repeats one that is once: a person says whether it happened', async () => {
    expect(await crashed({})).toEqual({ problems: [], unknown: ['mail'] })
  })

  test('is settled by the probe that the author gives', async () => {
    const keys = new Set<string>()
    const probe: McpToolSettings['probe'] = (_input, { idempotencyKey }) =>
      keys.has(idempotencyKey) ? { happened: true, output: 'sent' } : { happened: false }
    server.onMail = (key) => keys.add(key)
    expect(await crashed({ probe })).toEqual({ problems: [], unknown: [] })
  })
})
