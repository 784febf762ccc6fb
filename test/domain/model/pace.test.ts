import { expect, test } from 'vitest'
import { ProviderPace } from '#domain/model/pace.ts'

test('a provider stays closed for the longest time that it asked for, whichever refusal comes last', () => {
  const pace = new ProviderPace(4)
  pace.begin()
  pace.begin()
  pace.refused({ begunAt: 0, now: 10, restMs: 60_000 })
  pace.refused({ begunAt: 0, now: 20, restMs: 1000 })
  expect([pace.mayBegin(60_009), pace.mayBegin(60_010)]).toEqual([false, true])
})
