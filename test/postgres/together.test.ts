import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Notices, type Notice } from '#adapters/postgres/notices.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { submitted } from '#test/support/fixtures.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

describe('servers on one database', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(await emptyDatabase())
  })
  beforeEach(() => scene.empty())
  afterAll(() => scene.close())

  test('are not disturbed by what strangers say on their channel', async () => {
    const heard: Notice[] = []
    const told = Promise.withResolvers<undefined>()
    const listening = (name: string, onNotice: (notice: Notice) => void) =>
      new Notices({ pool: scene.pool, clock: scene.clock, logger: silentLogger, name, onNotice })
    const one = listening('one', (notice) => {
      heard.push(notice)
      told.resolve(undefined)
    })
    const other = listening('other', () => undefined)
    await one.start()
    for (const said of ['hello', '', 'null', '{}', '{"from":"me"}', '{"from":"me","notice":{"about":"lunch"}}'])
      await scene.pool.query('SELECT pg_notify($1, $2)', ['errand_notices', said])
    other.tell({ about: 'stop', jobId: 'job_1' })
    await told.promise
    expect(heard).toEqual([{ about: 'stop', jobId: 'job_1' }])
    one.close()
    other.close()
  })

  test('that are given the same jobs in other orders create each of them once, and none waits for another in a circle', async () => {
    const { pool, patience, queue } = scene
    const store = () => new PostgresJobStore({ pool, patience, savePatience: patience, wakes: queue, known: new Map() })
    const [one, other] = [store(), store()]
    for (let round = 0; round < 10; round++) {
      const jobs = Array.from({ length: 100 }, () => submitted())
      const create = (by: PostgresJobStore) => (given: (typeof jobs)[number]) => by.create(given.job, given.event)
      const created = await Promise.all([...jobs.map(create(one)), ...[...jobs].reverse().map(create(other))])
      expect(created.filter((each) => each.created).length).toBe(100)
    }
  })
})
