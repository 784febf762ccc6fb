import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { submitted } from '#test/support/fixtures.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

describe('servers on one database', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(await emptyDatabase())
  })
  beforeEach(() => scene.empty())
  afterAll(() => scene.close())

  test('that are given the same jobs in other orders create each of them once, and none waits for another in a circle', async () => {
    const { pool, retry, workers } = scene
    const store = () => new PostgresJobStore({ pool, retry, saveRetry: retry, workers, known: new Map() })
    const [one, other] = [store(), store()]
    for (let round = 0; round < 10; round++) {
      const jobs = Array.from({ length: 100 }, () => submitted())
      const create = (by: PostgresJobStore) => (given: (typeof jobs)[number]) => by.create(given.job, given.event)
      const created = await Promise.all([...jobs.map(create(one)), ...[...jobs].reverse().map(create(other))])
      expect(created.filter((each) => each.created).length).toBe(100)
    }
  })
})
