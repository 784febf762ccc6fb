import { test } from 'vitest'
import { findOlderRows } from '#test/support/older-index.ts'
import { emptyDatabase, openScene } from './scene.ts'

test('after an upgrade on Postgres, filters find the jobs and proposals of before', async () => {
  const { db, close } = await openScene(await emptyDatabase())
  await findOlderRows(db)
  await close()
})
