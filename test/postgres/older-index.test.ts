import { test } from 'vitest'
import { readOlderBatchCallbacks } from '#test/support/older-batch-callbacks.ts'
import { readOlderCallbacks } from '#test/support/older-callbacks.ts'
import { findOlderRows } from '#test/support/older-index.ts'
import { countOlderUsage } from '#test/support/older-usage.ts'
import { readOlderWaits } from '#test/support/older-waits.ts'
import { emptyDatabase, openScene } from './scene.ts'

test('after an upgrade on Postgres, filters find the jobs and proposals of before', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await findOlderRows(db)
  await close()
})

test('an upgrade of Postgres reads in the journals which jobs wait for approval', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await readOlderWaits(db)
  await close()
})

test('an upgrade of Postgres reads in the journals which callbacks were given up', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await readOlderCallbacks(db)
  await close()
})

test('an upgrade of Postgres finds the batches whose callbacks were given up', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await readOlderBatchCallbacks(db)
  await close()
})

test('an upgrade of Postgres counts the jobs that had ended', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await countOlderUsage(db)
  await close()
})
