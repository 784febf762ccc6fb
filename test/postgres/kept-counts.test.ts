import { expect, test } from 'vitest'
import { SqlKeptCounts } from '#adapters/sql/kept-counts.ts'
import { emptyDatabase, openScene } from './scene.ts'

const counts = { queued: 0, running: 0, waiting: 0, completed: 5, failed: 1, canceled: 0 }

test('Postgres keeps the newest count of each tenant', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  const kept = new SqlKeptCounts(db)
  await kept.keep('acme', { counts, countedAt: 4_000_000_000_000 })
  await kept.keep('acme', { counts: { ...counts, completed: 4 }, countedAt: 1000 })
  expect([await kept.read('acme'), await kept.read('other')]).toEqual([{ counts, countedAt: 4_000_000_000_000 }, null])
  await close()
})
