import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { COUNTER, counter } from '#test/support/counter.ts'
import { T0 } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

export interface RecordStoreSubject {
  /** Over the same storage each time. */
  open<T extends Stored>(kind: RecordKind<T>): RecordStore<T>
  /** When a record is to be woken, as it is stored. */
  armedAt(id: string): Promise<number | null>
}

const CONFLICT = { code: 'version_conflict', retryable: true }

export const recordStoreContract: readonly ContractCase<RecordStoreSubject>[] = [
  {
    name: 'create() keeps a record and its wake; where the id is taken it returns what has it and changes nothing',
    async run({ open, armedAt }) {
      const records = open(COUNTER)
      const first = counter()
      deepStrictEqual(await records.create(first), { record: first, created: true })
      deepStrictEqual(await records.create(counter({ to: 9, dueAt: T0 + 9000 })), { record: first, created: false })
      deepStrictEqual(await records.load(first.id), first)
      strictEqual(await armedAt(first.id), T0 + 1000)
    },
  },
  {
    name: 'get() answers the tenant that owns it, and no other',
    async run({ open }) {
      const records = open(COUNTER)
      await records.create(counter())
      deepStrictEqual(await records.get('acme', 'cnt_1'), counter())
      strictEqual(await records.get('other', 'cnt_1'), null)
      strictEqual(await records.get('acme', 'cnt_2'), null)
    },
  },
  {
    name: 'save() changes the record and its wake; over a version that it has not seen it rejects and changes nothing',
    async run({ open, armedAt }) {
      const records = open(COUNTER)
      await records.create(counter())
      await records.save(counter({ version: 2, count: 1, dueAt: T0 + 2000 }))
      await rejects(records.save(counter({ version: 2, count: 7, dueAt: T0 + 7000 })), CONFLICT)
      await rejects(records.save(counter({ version: 4, count: 7, dueAt: T0 + 7000 })), CONFLICT)
      deepStrictEqual(await records.load('cnt_1'), counter({ version: 2, count: 1, dueAt: T0 + 2000 }))
      strictEqual(await armedAt('cnt_1'), T0 + 2000)
    },
  },
  {
    name: 'a record that is not stored cannot be saved',
    async run({ open }) {
      await rejects(open(COUNTER).save(counter({ version: 2 })), CONFLICT)
    },
  },
  {
    name: 'remove() deletes the record and its wake; at another version it rejects and changes nothing',
    async run({ open, armedAt }) {
      const records = open(COUNTER)
      await records.create(counter())
      await rejects(records.remove(counter({ version: 2 })), CONFLICT)
      deepStrictEqual(await records.load('cnt_1'), counter())
      await records.remove(counter())
      strictEqual(await records.load('cnt_1'), null)
      strictEqual(await armedAt('cnt_1'), null)
    },
  },
  {
    name: 'a record that waits for a caller alone has no wake, until it has one again',
    async run({ open, armedAt }) {
      const paused = { ...COUNTER, nextWakeAt: ({ dueAt }: Stored & { dueAt: number }) => (dueAt === 0 ? null : dueAt) }
      const records = open(paused)
      await records.create(counter({ dueAt: 0 }))
      strictEqual(await armedAt('cnt_1'), null)
      await records.save(counter({ version: 2, dueAt: T0 + 3000 }))
      strictEqual(await armedAt('cnt_1'), T0 + 3000)
      await records.save(counter({ version: 3, dueAt: 0 }))
      strictEqual(await armedAt('cnt_1'), null)
    },
  },
  {
    name: 'a record of a newer format is refused, and left as it is',
    async run({ open, armedAt }) {
      await open({ ...COUNTER, format: 2 }).create(counter())
      const records = open(COUNTER)
      const newer = { code: 'newer_format', retryable: true }
      await rejects(records.load('cnt_1'), newer)
      await rejects(records.get('acme', 'cnt_1'), newer)
      deepStrictEqual(await open({ ...COUNTER, format: 2 }).load('cnt_1'), counter())
      strictEqual(await armedAt('cnt_1'), T0 + 1000)
    },
  },
  {
    name: 'a record of another kind is not there',
    async run({ open }) {
      await open({ ...COUNTER, name: 'other' }).create(counter())
      strictEqual(await open(COUNTER).load('cnt_1'), null)
    },
  },
]
