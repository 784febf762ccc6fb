import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { COUNTER, type Counter, STEP_MS, counter } from '#test/support/counter.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

async function scene(wake: (record: Counter) => Promise<Counter | null>) {
  const clock = new ManualClock(T0)
  const records = new MemoryRecords(new RecordingWaker()).of(COUNTER)
  await records.create(counter())
  return { clock, records, woken: new WakeRecord({ kind: COUNTER, records, clock, wake }) }
}

test('a record that is not due, and one that is gone, are left alone', async () => {
  const { records, woken } = await scene(() => Promise.reject(new Error('It is not due.')))
  expect(await woken.execute('cnt_1')).toBe(T0 + STEP_MS)
  await records.remove(counter())
  expect(await woken.execute('cnt_1')).toBeNull()
})

test('a change of the record during its wake wins, and says when the next wake is', async () => {
  const paused = counter({ version: 2, dueAt: T0 + 9 * STEP_MS })
  const { clock, records, woken } = await scene(async (record) => {
    await records.save(paused)
    return { ...record, count: 1 }
  })
  await clock.advance(STEP_MS)
  expect(await woken.execute('cnt_1')).toBe(paused.dueAt)
  expect(await records.load('cnt_1')).toEqual(paused)
})

test('a record that was changed while its wake wanted to delete it is kept', async () => {
  const kept = counter({ version: 2, dueAt: T0 + 9 * STEP_MS })
  const { clock, records, woken } = await scene(async () => {
    await records.save(kept)
    return null
  })
  await clock.advance(STEP_MS)
  expect(await woken.execute('cnt_1')).toBe(kept.dueAt)
  expect(await records.load('cnt_1')).toEqual(kept)
})

test('a record that was deleted during its wake stays deleted', async () => {
  const { clock, records, woken } = await scene(async (record) => {
    await records.remove(record)
    return { ...record, count: 1 }
  })
  await clock.advance(STEP_MS)
  expect(await woken.execute('cnt_1')).toBeNull()
  expect(await records.load('cnt_1')).toBeNull()
})
