import { expect, test } from 'vitest'
import { progressStream } from '#adapters/http/resources/batches/progress.ts'
import { STILL_HERE } from '#adapters/http/sse.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { OPENED } from '#test/contracts/batch-scene.ts'
import { batchOf } from '#test/support/batch.ts'

test('an outage gives a reader of the progress a sign of life, and afterwards what it has missed', async () => {
  const clock = new ManualClock(0)
  let next = 0
  let isAway = false
  const get = () => {
    if (isAway) return Promise.reject(new StorageUnavailableError(new Error('away')))
    return Promise.resolve({ batch: batchOf({}), totals: { ...OPENED, next } })
  }
  const stream = await progressStream({ batches: { get }, clock }, { tenantId: 'acme', batchId: 'bat_1' })
  const reader = stream.getReader()
  const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
  const readLater = async (): Promise<string> => {
    const text = read()
    await new Promise(setImmediate)
    await clock.advance(1000)
    return text
  }
  expect(await read()).toContain('"next":0')
  isAway = true
  expect(await readLater()).toBe(STILL_HERE)
  isAway = false
  next = 2
  expect(await readLater()).toContain('"next":2')
})
