import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import type { BatchItems } from '#ports/batch-items.ts'
import { BAD, BATCH, NONE, OPENED, append, counts, ended, filled, item, items, lines, take } from './batch-scene.ts'
import type { ContractCase } from './contract.ts'
import { doneItemsContract } from './done-items.contract.ts'
import { reopenedItemsContract } from './reopened-items.contract.ts'

export const batchItemsContract: readonly ContractCase<BatchItems>[] = [
  {
    name: 'a batch begins empty; opening it again changes nothing, and an unknown one has no totals',
    async run(store) {
      strictEqual(await store.totals(BATCH.id), null)
      await store.open(BATCH)
      deepStrictEqual(await store.totals(BATCH.id), OPENED)
      await append(store, 0, items(1))
      await store.open({ ...BATCH, at: 9000 })
      deepStrictEqual(await counts(store), { pending: 1 })
    },
  },
  {
    name: 'append() adds lines where the batch ends, all or none, and counts them by status',
    async run(store) {
      await store.open(BATCH)
      const metadata = { order: '1' }
      strictEqual(
        await append(store, 0, [item({ key: 'a', metadata }), BAD, item({ status: 'skipped', doneBy: 'job_1' })]),
        true,
      )
      strictEqual(await append(store, 0, items(1)), false)
      strictEqual(await append(store, 4, items(1)), false)
      strictEqual(await append(store, 3, items(200)), true)
      const totals = {
        ...OPENED,
        next: 203,
        lastItemAt: 2000,
        refusedLines: 1,
        counts: { ...NONE, pending: 201, failed: 1, skipped: 1 },
      }
      deepStrictEqual(await store.totals(BATCH.id), totals)
      const [first, bad, skipped] = await store.list({ batchId: BATCH.id, after: 0, size: 3 })
      const nothing = { stopReason: null, takenAt: null, endedAt: null }
      const stored = { ...item({ key: 'a', metadata }), line: 1, round: 0, ...nothing }
      deepStrictEqual(first, stored)
      deepStrictEqual({ ...bad, ...{ line: 0 } }, { ...stored, ...BAD, line: 0, endedAt: 2000 })
      deepStrictEqual([skipped?.status, skipped?.doneBy, skipped?.endedAt], ['skipped', 'job_1', 2000])
    },
  },
  {
    name: 'append() adds the largest input that a line may have',
    async run(store) {
      await store.open(BATCH)
      const input = Array.from({ length: 70_000 }, () => 1e20)
      strictEqual(await append(store, 0, [item({ input }), ...items(1)]), true)
      deepStrictEqual((await store.list({ batchId: BATCH.id, after: 0, size: 1 }))[0]?.input, input)
    },
  },
  {
    name: 'of two uploads that go on from the same line, one is taken',
    async run(store) {
      await store.open(BATCH)
      const taken = await Promise.all([append(store, 0, items(2)), append(store, 0, items(3))])
      strictEqual(taken.filter(Boolean).length, 1)
      strictEqual((await lines(store)).length, (await store.totals(BATCH.id))?.next)
    },
  },
  {
    name: 'a closed batch takes no lines',
    async run(store) {
      await filled(store, items(1))
      await store.control(BATCH.id, { isClosed: true, window: 3, version: 2 })
      strictEqual(await append(store, 1, items(1)), false)
      strictEqual((await store.totals(BATCH.id))?.isClosed, true)
    },
  },
  {
    name: 'what an older version of the batch says does not undo what a newer one has said',
    async run(store) {
      await filled(store, items(2))
      await store.control(BATCH.id, { isClosed: true, window: 0, version: 3 })
      await store.control(BATCH.id, { isClosed: false, window: 3, version: 2 })
      deepStrictEqual([(await store.totals(BATCH.id))?.isClosed, await take(store)], [true, []])
      await store.control(BATCH.id, { isClosed: true, window: 3, version: 4 })
      strictEqual((await take(store)).length, 2)
    },
  },
  {
    name: 'linesOf() finds keys in their own batch',
    async run(store) {
      await filled(store, [item({ key: 'a' }), item(), item({ key: 'c' })])
      await store.open({ ...BATCH, id: 'bat_2' })
      await store.append({ batchId: 'bat_2', tenantId: 'acme', from: 0, items: [item({ key: 'b' })], at: 1 })
      const many = Array.from({ length: 300 }, (_, index) => `other-${String(index)}`)
      deepStrictEqual([...(await store.linesOf(BATCH.id, [...many, 'c', 'b', 'a']))].sort(), [
        ['a', 1],
        ['c', 3],
      ])
    },
  },
  {
    name: 'take() hands out pending items in order, once each, and no more than the window has room for',
    async run(store) {
      await filled(store, [BAD, ...items(9)])
      const first = await take(store, 2)
      deepStrictEqual(
        first.map(({ line, input }) => [line, input]),
        [
          [2, 0],
          [3, 1],
        ],
      )
      deepStrictEqual(
        (await take(store)).map(({ line }) => line),
        [4],
      )
      deepStrictEqual(await take(store), [])
      deepStrictEqual(await counts(store), { pending: 6, running: 3, failed: 1 })
      await store.end(BATCH.id, [ended(3)])
      deepStrictEqual(
        (await take(store)).map(({ line }) => line),
        [5],
      )
      const [taken] = await store.list({ batchId: BATCH.id, status: 'running', after: 0, size: 1 })
      deepStrictEqual([taken?.line, taken?.takenAt], [2, 3000])
    },
  },
  {
    name: 'however many take at once, each item is handed out once',
    async run(store) {
      await filled(store, items(8), 5)
      const taken = (await Promise.all([take(store), take(store, 2), take(store), take(store, 1)])).flat()
      deepStrictEqual(taken.map(({ line }) => line).sort(), [1, 2, 3, 4, 5])
    },
  },
  {
    name: 'nothing is taken while the window is 0',
    async run(store) {
      await filled(store, items(2), 0)
      deepStrictEqual(await take(store), [])
      await store.control(BATCH.id, { isClosed: false, window: 1, version: 2 })
      strictEqual((await take(store)).length, 1)
    },
  },
  {
    name: 'end() counts each item once, with what it used',
    async run(store) {
      await filled(store, items(3))
      await take(store)
      const problem = { code: 'model_failed', message: 'It failed.' } as const
      await Promise.all([
        store.end(BATCH.id, [ended(1)]),
        store.end(BATCH.id, [ended(1), ended(2, { status: 'failed', problem }), ended(2)]),
      ])
      await store.end(BATCH.id, [ended(1, { status: 'canceled' }), ended(2), ended(9)])
      await store.end(BATCH.id, [])
      const totals = await store.totals(BATCH.id)
      deepStrictEqual(totals?.counts, { ...NONE, running: 1, completed: 1, failed: 1 })
      const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, costNanos, unpricedCalls } = totals
      deepStrictEqual([inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens], [20, 12, 4, 6])
      deepStrictEqual([costNanos, unpricedCalls], [92_000, 2])
      const [first, second] = await store.list({ batchId: BATCH.id, after: 0, size: 2 })
      deepStrictEqual([first?.status, first?.problem, first?.endedAt], ['completed', null, 5000])
      deepStrictEqual([second?.status, second?.problem], ['failed', problem])
    },
  },
  {
    name: 'end() keeps why a job ended, and counts answers that are not whole',
    async run(store) {
      await filled(store, items(3))
      await take(store)
      await store.end(BATCH.id, [ended(1, { stopReason: 'finished' }), ended(2, { stopReason: 'length' })])
      await store.end(BATCH.id, [ended(2, { stopReason: 'other' }), ended(3, { status: 'failed' })])
      strictEqual((await store.totals(BATCH.id))?.earlyStops, 1)
      const found = await store.list({ batchId: BATCH.id, after: 0, size: 3 })
      deepStrictEqual(
        found.map(({ stopReason }) => stopReason),
        ['finished', 'length', null],
      )
    },
  },
  {
    name: 'the end of a pending item, or of another round, changes nothing',
    async run(store) {
      await filled(store, items(2), 1)
      await take(store)
      await store.end(BATCH.id, [ended(1, { round: 1 }), ended(2)])
      deepStrictEqual(await counts(store), { pending: 1, running: 1 })
    },
  },
  {
    name: 'giveBack() makes running items pending, and leaves those that have ended',
    async run(store) {
      await filled(store, items(3))
      const taken = await take(store)
      await store.end(BATCH.id, [ended(2)])
      await store.giveBack(BATCH.id, taken)
      await store.giveBack(BATCH.id, taken)
      deepStrictEqual(await counts(store), { pending: 2, completed: 1 })
      deepStrictEqual(
        (await take(store)).map(({ line }) => line),
        [1, 3],
      )
    },
  },
  {
    name: 'cancelPending() ends pending items, a slice at a time, and none while items may still begin',
    async run(store) {
      await filled(store, items(5), 1)
      await take(store)
      await rejects(store.cancelPending({ batchId: BATCH.id, most: 3, at: 7000 }), { code: 'version_conflict' })
      await store.control(BATCH.id, { isClosed: true, window: 0, version: 2 })
      strictEqual(await store.cancelPending({ batchId: BATCH.id, most: 3, at: 7000 }), 3)
      strictEqual(await store.cancelPending({ batchId: BATCH.id, most: 3, at: 7000 }), 1)
      strictEqual(await store.cancelPending({ batchId: BATCH.id, most: 3, at: 7000 }), 0)
      deepStrictEqual(await counts(store), { running: 1, canceled: 4 })
    },
  },
  {
    name: 'list() pages through one status, in order',
    async run(store) {
      await filled(store, items(6), 4)
      await take(store)
      await store.end(BATCH.id, [ended(2)])
      const page = async (after: number) => {
        const found = await store.list({ batchId: BATCH.id, status: 'running', after, size: 2 })
        return found.map(({ line }) => line)
      }
      deepStrictEqual([await page(0), await page(3), await page(4)], [[1, 3], [4], []])
    },
  },
  {
    name: 'erase() deletes a slice at a time until nothing is left, and nothing of another batch',
    async run(store) {
      await filled(store, items(5))
      await store.open({ ...BATCH, id: 'bat_2' })
      strictEqual(await store.erase(BATCH.id, 3), false)
      strictEqual((await lines(store)).length, 2)
      strictEqual(await store.erase(BATCH.id, 3), true)
      strictEqual(await store.totals(BATCH.id), null)
      strictEqual(await store.erase(BATCH.id, 3), true)
      strictEqual((await store.totals('bat_2'))?.next, 0)
    },
  },
  ...doneItemsContract,
  ...reopenedItemsContract,
]
