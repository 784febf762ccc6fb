import { expect, test } from 'vitest'
import { DeleteJob } from '#application/job/delete-job.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TILL } from '#test/support/fixtures.ts'
import { writingScene } from '#test/support/writing.ts'

/** A job whose proposal was approved, and is to be applied. */
async function asked() {
  const scene = writingScene()
  const { id } = await scene.run()
  await scene.decide(id, { action: 'approve' })
  await scene.decide(id, { action: 'apply' })
  const deleteJob = new DeleteJob({ jobs: scene.store, clock: scene.clock, logger: scene.logger })
  const remove = () => deleteJob.execute({ tenantId: 'acme', jobId: id, by: TILL })
  return { ...scene, id, remove, expire: () => deleteJob.expire(id) }
}

test('a job is not deleted while what was asked of a write is not carried out', async () => {
  const { id, remove, carryOut, decide, store, shelf } = await asked()
  const refused = { code: 'write_under_way', message: expect.stringContaining('applying') as string }
  await expect(remove()).rejects.toMatchObject(refused)
  await carryOut(id)
  await decide(id, { action: 'undo' })
  await expect(remove()).rejects.toMatchObject({ code: 'write_under_way' })
  await carryOut(id)
  expect(shelf.texts.get('mug')).toBe('Old mug.')
  await remove()
  expect(await store.load(id)).toBeNull()
})

test('its retention waits for the write, too', async () => {
  const { id, expire, carryOut, store, clock } = await asked()
  await clock.advance(NO_OPTIONS.retainMs)
  expect(await expire()).toBe(false)
  await carryOut(id)
  expect(await expire()).toBe(true)
  expect(await store.load(id)).toBeNull()
})
