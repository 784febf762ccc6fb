import { expect, test } from 'vitest'
import { startTurn } from '#domain/agent/turn.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { givesUp } from '#domain/job/retry.ts'

const HOUR_MS = 3_600_000

test('a job gives up when its model has failed for as long as an outage may last, and not a moment before', () => {
  const failing = { ...startTurn('', []), failingSince: 1000 }
  expect(givesUp(failing, DEFAULT_LIMITS, 1000 + HOUR_MS - 1)).toBe(false)
  expect(givesUp(failing, DEFAULT_LIMITS, 1000 + HOUR_MS)).toBe(true)
  expect(givesUp({ ...failing, failingSince: null }, DEFAULT_LIMITS, 1e15)).toBe(false)
})
