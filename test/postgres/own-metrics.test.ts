import { test } from 'vitest'
import { expectOwnMetrics } from '#test/support/own-metrics.ts'
import { emptyDatabase } from './scene.ts'

test('on Postgres, a tenant that scrapes has its own numbers alone', async () => {
  await expectOwnMetrics({ ERRAND_DATABASE_URL: await emptyDatabase() })
})
