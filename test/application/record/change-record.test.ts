import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { ChangeRecord, type Decided, updateRecord } from '#application/record/change-record.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { COUNTER, type Counter, counter } from '#test/support/counter.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

const clock = new ManualClock(T0)

function stored(): RecordStore<Counter> {
  return new MemoryRecords(new RecordingWaker()).of(COUNTER)
}

/** Another writer, who is first `times` times: right after a reader has read. */
function contested(records: RecordStore<Counter>, times: number): RecordStore<Counter> {
  let left = times
  return {
    ...records,
    load: async (id) => {
      const read = await records.load(id)
      if (left-- > 0)
        await (read ? records.save({ ...read, to: read.to + 1, version: read.version + 1 }) : add(records))
      return read
    },
  }
}

async function add(records: RecordStore<Counter>): Promise<void> {
  await records.create(counter({ count: 10 }))
}

/** Makes the record, or counts one more; answers with the count that is stored. */
function countOne(record: Counter | null): Decided<Counter, number> {
  const next = record ? { ...record, count: record.count + 1 } : counter({ count: 1 })
  return { store: next, answer: ({ count }) => count }
}

test('a change is decided again where another writer was first, and both changes are kept', async () => {
  const records = stored()
  await records.create(counter())
  const changed = await updateRecord({ records: contested(records, 2), clock }, 'cnt_1', ({ count }) => ({
    count: count + 1,
  }))
  expect(changed).toEqual(counter({ count: 1, to: 5, version: 4 }))
  expect(await records.load('cnt_1')).toEqual(changed)
})

test('a record that another writer has made meanwhile is changed, and not made twice', async () => {
  const records = stored()
  const commands = new ChangeRecord({ records: contested(records, 1), clock, decide: countOne })
  expect(await commands.execute('cnt_1', null)).toBe(11)
  expect(await records.load('cnt_1')).toMatchObject({ count: 11, version: 2 })
})

test('a change that other writers precede each time is given up, and nothing of it is stored', async () => {
  const records = stored()
  await records.create(counter())
  const commands = new ChangeRecord({ records: contested(records, 1000), clock, decide: countOne })
  await expect(commands.execute('cnt_1', null)).rejects.toThrow(VersionConflictError)
  expect(await records.load('cnt_1')).toMatchObject({ count: 0 })
})

test('commands for one record take turns in this process, also after one that failed', async () => {
  const records = stored()
  let decisions = 0
  const commands = new ChangeRecord<Counter, 'count' | 'fail', number>({
    records,
    clock,
    decide: (record, command) => {
      decisions++
      if (command === 'fail') throw new Error('No.')
      return countOne(record)
    },
  })
  const all = ['count', 'fail', 'count', 'count'] as const
  const ends = await Promise.allSettled(all.map((command) => commands.execute('cnt_1', command)))
  expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : 'failed'))).toEqual([1, 'failed', 2, 3])
  expect(decisions).toBe(4)
})

test('no record is changed where there is none, and none where nothing is to change', async () => {
  const records = stored()
  expect(await updateRecord({ records, clock }, 'cnt_1', () => ({ count: 1 }))).toBeNull()
  await records.create(counter())
  expect(await updateRecord({ records, clock }, 'cnt_1', () => null)).toEqual(counter())
  expect(await records.load('cnt_1')).toEqual(counter())
})
