import { expect, test } from 'vitest'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { eventually } from '#test/support/eventually.ts'
import { after, submitted } from '#test/support/fixtures.ts'
import { engineOn } from './engine-work.ts'
import { armedAt, emptyDatabase, openScene } from './scene.ts'

test('a message whose receiver has no place for it comes again after a rest, and not before', async () => {
  const scene = await openScene(await emptyDatabase())
  const { clock, store } = scene
  const callback = { url: 'https://shop.example.com/', events: ['job.failed'] } as const
  const { job, event, state } = submitted({ at: clock.now(), options: { ...NO_OPTIONS, callback } })
  await store.create(job, event)
  const failed = { type: 'job.failed', at: clock.now(), error: { code: 'model_failed', message: 'No.' } } as const
  await store.save(after(state, [failed]), [failed])
  const begun: string[] = []
  const engine = engineOn(scene, {
    deliver: (jobId) => {
      begun.push(jobId)
      return Promise.resolve({ kind: 'crowded', whenFree: () => Promise.resolve() })
    },
  })
  await engine.start()
  await eventually(async () => {
    expect(await armedAt(scene, job.id)).toBe(clock.now() + 10_000)
  })
  expect(begun).toEqual([job.id])
  await clock.advance(10_000)
  await eventually(async () => {
    // A look that was under way may have set a timer for what is due by now.
    await clock.advance(0)
    expect(begun).toEqual([job.id, job.id])
  })
  await engine.drain(0)
  await scene.close()
})
