import { expect, test } from 'vitest'
import { checkCallTimes } from '#composition/cloudflare/limits.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { counter } from '#test/support/tools.ts'

const agent = (modelTimeoutMs: number, timeoutMs: number) =>
  defineAgent({ name: 'writer', instructions: 'Write.', modelTimeoutMs, tools: [counter('slow', { timeoutMs }).tool] })

test('on Workers, a call that may outlast its alarm is refused by name', () => {
  expect(() => checkCallTimes([agent(540_001, 1)], DEFAULT_LIMITS)).toThrow(
    /^Agent "writer": modelTimeoutMs is 540001, longer than/,
  )
  expect(() => checkCallTimes([agent(1, 540_001)], DEFAULT_LIMITS)).toThrow(
    /^Agent "writer", tool "slow": timeoutMs is 540001/,
  )
  expect(checkCallTimes([agent(540_000, 540_000)], DEFAULT_LIMITS)).toHaveLength(1)
  const patient = { ...DEFAULT_LIMITS, toolStopMs: 60_000 }
  expect(() => checkCallTimes([agent(1, 540_000)], patient)).toThrow(/longer than the 510000 ms/)
})
