import { expect, test } from 'vitest'
import { checkCallTimes } from '#composition/cloudflare-limits.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { counter } from '#test/support/tools.ts'

const agent = (modelTimeoutMs: number, timeoutMs: number) =>
  defineAgent({ name: 'writer', instructions: 'Write.', modelTimeoutMs, tools: [counter('slow', { timeoutMs }).tool] })

test('on Workers, a call that may outlast its alarm is refused by name', () => {
  expect(() => checkCallTimes([agent(540_001, 1)])).toThrow(/^Agent "writer": modelTimeoutMs is 540001, longer than/)
  expect(() => checkCallTimes([agent(1, 540_001)])).toThrow(/^Agent "writer", tool "slow": timeoutMs is 540001/)
  expect(checkCallTimes([agent(540_000, 540_000)])).toHaveLength(1)
})
