import { expect, test } from 'vitest'
import { Claims } from '#adapters/postgres/claims.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import { submitted } from '#test/support/fixtures.ts'
import { armedAt, emptyDatabase, openScene } from './scene.ts'

const CLAIM_MS = 10_000

test('a server that starts takes dead claims, and does not wait for a claim that is being written', async () => {
  const scene = await openScene(await emptyDatabase(), { answerMs: 5000 })
  const now = scene.clock.now()
  const [living, dead] = [submitted({ at: now }), submitted({ at: now })]
  for (const { job, event } of [living, dead]) await scene.store.create(job, event)
  const claims = new Claims(scene.pool, { kind: 'run' }, JOB_WAKES)
  await claims.claim({ tenantId: 'acme', now, until: now + CLAIM_MS, limit: 2, most: null })

  const writer = await scene.pool.connect()
  await writer.query('BEGIN')
  await writer.query('SELECT id FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [living.job.id])
  await claims.expedite(now, CLAIM_MS)
  await writer.query('COMMIT')
  writer.release()

  expect(await armedAt(scene, dead.job.id)).toBe(now)
  expect(await armedAt(scene, living.job.id)).toBe(now + CLAIM_MS)
  await scene.close()
})

test('after all clocks were set back, a claim of a dead process is due, and one that was made since is not', async () => {
  const scene = await openScene(await emptyDatabase())
  const now = scene.clock.now()
  const [dead, living] = [submitted({ at: now - 2 }), submitted({ at: now - 1 })]
  for (const { job, event } of [dead, living]) await scene.store.create(job, event)
  const claims = new Claims(scene.pool, { kind: 'run' }, JOB_WAKES)
  const claimAt = (at: number) =>
    claims.claim({ tenantId: 'acme', now: at, until: at + CLAIM_MS, limit: 1, most: null })
  await claimAt(now + 3_600_000)
  await claimAt(now)
  await claims.catchUp(now, CLAIM_MS)

  expect(await armedAt(scene, dead.job.id)).toBe(now)
  expect(await armedAt(scene, living.job.id)).toBe(now + CLAIM_MS)
  await scene.close()
})
