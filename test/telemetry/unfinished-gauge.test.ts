import { expect, test } from 'vitest'
import { UnfinishedGauge } from '#adapters/telemetry/unfinished-gauge.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { T0 } from '#test/support/fixtures.ts'

function gauge() {
  const asked: string[] = []
  const answers: (() => Promise<number>)[] = []
  const clock = new ManualClock(T0)
  const count = async (tenantId: string) => {
    asked.push(tenantId)
    const queued = (await answers.shift()?.()) ?? 1
    return { queued, running: 0, waiting: 0, completed: 0, failed: 0, canceled: 0 }
  }
  return { asked, answers, clock, unfinished: new UnfinishedGauge({ count }, clock) }
}

test('however often it is asked, the jobs of a tenant are counted once in 15 seconds', async () => {
  const { asked, answers, clock, unfinished } = gauge()
  await Promise.all([unfinished.of(['acme']), unfinished.of(['acme'])])
  await clock.advance(14_999)
  await unfinished.of(['acme', 'other'])
  expect(asked).toEqual(['acme', 'other'])
  answers.push(() => Promise.resolve(7))
  await clock.advance(1)
  expect((await unfinished.of(['acme'])).points[0]?.value).toBe(7)
  expect(asked).toEqual(['acme', 'other', 'acme'])
})

test('a count that failed is made again', async () => {
  const { asked, answers, unfinished } = gauge()
  answers.push(() => Promise.reject(new Error('The database is away.')))
  await expect(unfinished.of(['acme'])).rejects.toThrow('away')
  expect((await unfinished.of(['acme'])).points[0]?.value).toBe(1)
  expect(asked).toEqual(['acme', 'acme'])
})
