import { describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import type { CrashSubject } from './crash-run.ts'
import { WRITE_MUTATIONS } from './watched-shop.ts'
import { WRITE_SCENARIOS, writeMatrix, writeRun, writeSample } from './write-matrix.contract.ts'

function memory(): CrashSubject {
  const waker = new RecordingWaker()
  return { store: new MemoryJobStore(waker), armedAt: (id) => Promise.resolve(waker.armedAt(id)) }
}

describe('a process that dies anywhere', () => {
  test.each(writeMatrix)('$name', ({ run }) => run(() => Promise.resolve(memory())))
})

describe('a process that dies here and there, on SQLite', () => {
  test.each(writeSample)('$name', async ({ run }) => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, ...SCHEMAS)
    const waker = new RecordingWaker()
    const store = new SqlJobStore(db, { waker })
    await run(() => Promise.resolve({ store, armedAt: (id) => Promise.resolve(waker.armedAt(id)) }))
    await db.close()
  })
})

test.each(WRITE_MUTATIONS)('the matrix notices that %s', async (mutation) => {
  const wrong = await Promise.all(
    WRITE_SCENARIOS.map(async (scenario) => {
      const { violations, text } = await writeRun(scenario, { ...memory(), deaths: [], mutation })
      return violations.length > 0 || text !== scenario.text
    }),
  )
  expect(wrong).toContain(true)
})
