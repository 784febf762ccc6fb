import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import {
  type UnderOutage,
  indexOutages,
  jobOutages,
  keyOutages,
  recordOutages,
} from '#test/contracts/outages.contract.ts'
import { COUNTER } from '#test/support/counter.ts'
import { restartedJobs } from './object-jobs.ts'

afterEach(() => reset())

/** `real`, whose `methods` throw while it is away. */
function leaving<Real extends object>(real: Real, methods: readonly string[], error: Error) {
  let isAway = false
  const proxy = new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...given: unknown[]): unknown => {
        if (isAway && methods.includes(String(name))) throw error
        return value.apply(target, given) as unknown
      }
    },
  })
  const begin = (): void => {
    isAway = true
  }
  const end = (): void => {
    isAway = false
  }
  return { proxy, begin, end }
}

async function onD1<Store>(open: (db: D1SqlDatabase) => Store): Promise<UnderOutage<Store>> {
  const lost = new Error('D1_ERROR: Network connection lost.')
  const { proxy, begin, end } = leaving(env.JOB_INDEX, ['prepare', 'batch'], lost)
  for (const schema of [jobsSchema, apiKeySchema]) await migrate(new D1SqlDatabase(env.JOB_INDEX), schema)
  return { store: open(new D1SqlDatabase(proxy)), fails: 'everything', begin, end }
}

describe('D1 that is away', () => {
  test.each(indexOutages)('$name', async ({ run }) => run(await onD1((db) => new SqlJobIndex(db))))

  test.each(keyOutages)('$name', async ({ run }) => run(await onD1((db) => new SqlApiKeys(db))))
})

/** Runs over the storage of an object that is full for a while. */
function inObject<Store>(
  open: (storage: DurableObjectStorage) => Promise<Store>,
  run: (subject: UnderOutage<Store>) => Promise<void>,
): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, async (_instance, { storage }) => {
    const full = new Error('database or disk is full: SQLITE_FULL')
    const { proxy: sql, begin, end } = leaving(storage.sql, ['exec'], full)
    const proxy = new Proxy(storage, {
      get: (target, name) => {
        if (name === 'sql') return sql
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    await run({ store: await open(proxy), fails: 'everything', begin, end })
  })
}

describe('a Durable Object that is full', () => {
  test.each(jobOutages)('$name', ({ run }) => inObject((storage) => Promise.resolve(restartedJobs(storage)), run))

  test.each(recordOutages)('$name', ({ run }) =>
    inObject(async (storage) => {
      const db = new DurableObjectDatabase(storage)
      await migrate(db, recordSchema)
      return new SqlRecordStore(db, COUNTER, { wakeAt: () => Promise.resolve() })
    }, run),
  )
})
