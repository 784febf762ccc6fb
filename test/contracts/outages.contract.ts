import { deepStrictEqual, notDeepStrictEqual, rejects } from 'node:assert/strict'
import type { JobEvent } from '#domain/job/event.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { type Counter, counter } from '#test/support/counter.ts'
import { T0, TILL, after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

/** A store whose database can be put out of reach. */
export interface UnderOutage<Store> {
  readonly store: Store
  /** What fails meanwhile: a full or read-only disk can still be read. */
  readonly fails: 'writes' | 'everything'
  begin(): unknown
  end(): unknown
}

interface Operation<Store> {
  readonly name: string
  readonly does: 'write' | 'read'
  before?(store: Store): Promise<unknown>
  act(store: Store): Promise<unknown>
  /** What is stored, as far as `act` concerns it. */
  look(store: Store): Promise<unknown>
}

const OUTAGE = { code: 'storage_unavailable', retryable: true, retryAfterMs: 5000 }

/** What a store says while its database is away; and that nothing is half written, and the same works as soon as it is back. */
function outages<Store>(operations: readonly Operation<Store>[]): readonly ContractCase<UnderOutage<Store>>[] {
  return operations.map(({ name, does, before, act, look }) => ({
    name: `${name} is refused in an outage, changes nothing, and works after it`,
    async run({ store, fails, begin, end }) {
      await before?.(store)
      const stored = await look(store)
      await begin()
      if (does === 'write' || fails === 'everything') await rejects(act(store), OUTAGE)
      else await act(store)
      await end()
      deepStrictEqual(await look(store), stored)
      await act(store)
      if (does === 'write') notDeepStrictEqual(await look(store), stored)
    },
  }))
}

const { job, event, state } = submitted()
const begun: readonly JobEvent[] = [started(T0), { type: 'lease.renewed', at: T0 + 1 }]
const journal = async (store: JobStore) => [await store.load(job.id), await store.events(job.id, 0)]
const createJob = (store: JobStore) => store.create(job, event)

export const jobOutages = outages<JobStore>([
  { name: 'create() of a job', does: 'write', act: createJob, look: journal },
  {
    name: 'save() of a job',
    does: 'write',
    before: createJob,
    act: (store) => store.save(after(state, begun), begun),
    look: journal,
  },
  { name: 'remove() of a job', does: 'write', before: createJob, act: (store) => store.remove(job), look: journal },
  {
    name: 'load() of a job',
    does: 'read',
    before: createJob,
    act: (store) => store.load(job.id),
    look: journal,
  },
  {
    name: 'events() of a job',
    does: 'read',
    before: createJob,
    act: (store) => store.events(job.id, 0),
    look: journal,
  },
])

const all = { tenantId: 'acme', filter: {}, size: 10, after: null } as const

export const indexOutages = outages<JobIndex>([
  { name: 'list() of jobs', does: 'read', act: (index) => index.list(all), look: (index) => index.list(all) },
])

const record = (store: RecordStore<Counter>) => store.load(counter().id)
const createRecord = (store: RecordStore<Counter>) => store.create(counter())

export const recordOutages = outages<RecordStore<Counter>>([
  { name: 'create() of a record', does: 'write', act: createRecord, look: record },
  {
    name: 'save() of a record',
    does: 'write',
    before: createRecord,
    act: (store) => store.save(counter({ version: 2, count: 1 })),
    look: record,
  },
  {
    name: 'remove() of a record',
    does: 'write',
    before: createRecord,
    act: (store) => store.remove(counter()),
    look: record,
  },
  { name: 'load() of a record', does: 'read', before: createRecord, act: record, look: record },
])

const addKey = (keys: ApiKeyStore) =>
  keys.add({
    format: 1,
    id: 'a',
    tenantId: 'acme',
    scopes: ['read'],
    name: 'till',
    hash: 'ab',
    createdAt: 1,
    createdBy: { kind: 'cli' },
    revokedAt: null,
    revokedBy: null,
  })
const key = (keys: ApiKeyStore) => keys.find('a')

export const keyOutages = outages<ApiKeyStore>([
  { name: 'add() of a key', does: 'write', act: addKey, look: key },
  {
    name: 'revoke() of a key',
    does: 'write',
    before: addKey,
    act: (keys) => keys.revoke('a', { at: 5, by: TILL }),
    look: key,
  },
  { name: 'find() of a key', does: 'read', before: addKey, act: key, look: key },
  { name: 'any() key', does: 'read', before: addKey, act: (keys) => keys.any(), look: key },
])
