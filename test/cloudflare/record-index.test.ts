import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { MISSING_MS, RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { T0 } from '#test/support/fixtures.ts'

const db = new D1SqlDatabase(env.JOB_INDEX)
const index = new RecordIndex(db, 'schedule')

beforeEach(() => migrate(db, recordIndexSchema))
afterEach(() => reset())

test('what was to be looked after longest ago comes first, whichever tenant it is of', async () => {
  await index.add({ id: 'sch_1', tenantId: 'acme', lookAt: 5 })
  await index.add({ id: 'sch_2', tenantId: 'acme', lookAt: 4 })
  await index.add({ id: 'sch_3', tenantId: 'other', lookAt: 3 })
  expect(await index.due(5, 9)).toEqual(['sch_3', 'sch_2', 'sch_1'])
  expect(await index.due(4, 9)).toEqual(['sch_3', 'sch_2'])
})

test('an entry that is added again keeps the earlier of its looks', async () => {
  for (const lookAt of [5, 9, 3]) await index.add({ id: 'sch_1', tenantId: 'acme', lookAt })
  expect(await index.due(2, 9)).toEqual([])
  expect(await index.due(3, 9)).toEqual(['sch_1'])
})

test('an entry whose record was missing, and that is added again, is looked after in time and is missing no more', async () => {
  const entry = { id: 'sch_1', tenantId: 'acme' }
  await index.add({ ...entry, lookAt: T0 })
  await index.note([{ id: 'sch_1', at: null }], T0)
  await index.add({ ...entry, lookAt: T0 + 2 * MISSING_MS })
  expect(await index.due(T0 + MISSING_MS, 9)).toEqual(['sch_1'])
  await index.note([{ id: 'sch_1', at: null }], T0 + MISSING_MS)
  expect(await index.due(T0 + 2 * MISSING_MS, 9)).toEqual(['sch_1'])
  await index.note([{ id: 'sch_1', at: null }], T0 + 2 * MISSING_MS)
  expect(await index.due(T0 + 9 * MISSING_MS, 9)).toEqual([])
})
