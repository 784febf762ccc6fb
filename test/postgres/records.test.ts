import { afterEach, beforeEach, expect, test } from 'vitest'
import { AnnouncedWakes } from '#adapters/postgres/announced-wakes.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { COUNTER, KEPT_MS, STEP_MS, counter } from '#test/support/counter.ts'
import { counting } from '#test/support/counting.ts'
import { eventually } from '#test/support/eventually.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
})
afterEach(() => scene.close())

const due = () => counter({ dueAt: scene.clock.now() + STEP_MS, updatedAt: scene.clock.now() })

test('a kind of records of one’s own is woken at its times by one of two servers, and is gone at its end', async () => {
  const { db, clock, workers } = scene
  const records = new SqlRecordStore(db, COUNTER, new AnnouncedWakes(workers))
  const work = [counting(records, clock), counting(records, clock)]
  const engines = work.map((one) => engineOn(scene, { records: [one] }))
  for (const engine of engines) await engine.start()
  await records.create(due())
  for (const count of [1, 2, 3]) {
    await clock.advance(STEP_MS)
    await eventually(async () => {
      // A look that was under way may have set a timer for what is due by now.
      await clock.advance(0)
      expect(await records.load('cnt_1')).toMatchObject({ count, version: count + 1 })
    })
  }
  expect(work.flatMap(({ made }) => made).sort()).toEqual(['cnt_1/1', 'cnt_1/2', 'cnt_1/3'])
  await clock.advance(KEPT_MS)
  await eventually(async () => {
    await clock.advance(STEP_MS)
    expect(await records.load('cnt_1')).toBeNull()
  })
  await Promise.all(engines.map((engine) => engine.drain(0)))
})

test('what fails rests, each time for longer, and is done in the end', async () => {
  const { db, clock, workers } = scene
  const records = new SqlRecordStore(db, COUNTER, new AnnouncedWakes(workers))
  const work = counting(records, clock)
  work.fail(2)
  const logger = new RecordingLogger()
  const engine = engineOn(scene, { records: [work] }, { logger })
  await engine.start()
  await records.create(due())
  // Looks and give-backs take their own time, and the clock stands still meanwhile: so it is moved on until they have come.
  await eventually(async () => {
    await clock.advance(STEP_MS)
    expect(work.made[0]).toBe('cnt_1/1')
  })
  expect(logger.lines.map(({ fields }) => fields)).toMatchObject([{ restMs: 1000 }, { restMs: 2000 }])
  await engine.drain(0)
})
