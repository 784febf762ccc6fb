import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import type { JobState } from '#domain/job/replay.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { type Scene, emptyDatabase, intakeOn, openScene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
})
afterEach(() => {
  vi.restoreAllMocks()
})
afterAll(() => scene.close())

const STARTED = [started(T0)]

async function stored(): Promise<JobState> {
  const { job, event, state } = submitted()
  await scene.store.create(job, event)
  return state
}

test('a read during a commit is answered with its state, and reads nothing', async () => {
  const state = await stored()
  const { id, tenantId } = state.job
  const statements = vi.spyOn(scene.pool, 'query')
  const saved = scene.store.save(after(state, STARTED), STARTED)
  const reads = [scene.store.get(tenantId, id), scene.store.get('another', id)]
  await saved
  expect(await Promise.all(reads)).toEqual([after(state, STARTED).job, null])
  expect(statements).toHaveBeenCalledTimes(1)
})

test('a read during a commit that is refused says what is stored', async () => {
  const state = await stored()
  const { id, tenantId } = state.job
  const other = [started(T0, 'another release')]
  await intakeOn(scene).save(after(state, other), other)
  const saved = scene.store.save(after(state, STARTED), STARTED)
  const read = scene.store.get(tenantId, id)
  await expect(saved).rejects.toMatchObject({ code: 'version_conflict' })
  expect(await read).toEqual(after(state, other).job)
})

test('a read during a commit whose answer is lost says what others have written since', async () => {
  const state = await stored()
  const { id, tenantId } = state.job
  const renewals = [{ type: 'lease.renewed', at: T0 + 1 }] as const
  const renewed = after(after(state, STARTED), renewals)
  let answers = 0
  const query = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
    const answer = await scene.pool.query(config)
    if (answers++ > 0) return answer
    await intakeOn(scene).save(renewed, renewals)
    throw new Error('Connection terminated unexpectedly')
  }
  const { retry, workers } = scene
  const pool = { query } as unknown as pg.Pool
  const store = new PostgresJobStore({ pool, retry, saveRetry: retry, workers, known: new Map() })
  const saved = store.save(after(state, STARTED), STARTED)
  const read = store.get(tenantId, id)
  await saved
  expect(await read).toEqual(renewed.job)
})
