import { describe, expect, test } from 'vitest'
import { DeleteJob } from '#application/job/delete-job.ts'
import type { ResolveCall } from '#application/job/resolve-call.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import type { SubmitJob } from '#application/job/submit-job.ts'
import type { Operation } from '#domain/operation/operation.ts'
import { LIMIT_MS, deaf, inCalls, pass } from '#test/support/deaf-tools.ts'
import { TILL } from '#test/support/fixtures.ts'
import { NO_DECISIONS } from '#test/support/no-proposals.ts'
import { resolvingOn } from '#test/support/resolving.ts'

describe('a job that ended with a call of unknown outcome', () => {
  async function ended() {
    const scene = await inCalls([deaf('send')])
    await scene.cancel()
    await pass(scene.world, LIMIT_MS)
    await scene.running
    const { store, clock } = scene.world
    const resolveCall = resolvingOn({ store, clock })
    const command = { tenantId: 'acme', jobId: scene.id, by: TILL }
    const deleteJob = new DeleteJob({ jobs: store, clock, logger: scene.world.logger })
    const created = { job: await scene.world.job(scene.id), created: true }
    const submitJob = { execute: () => Promise.resolve(created) } as unknown as SubmitJob
    const retryJob = new RetryJob({ jobs: store, submitJob })
    return {
      ...scene,
      resolveCall,
      resolve: (resolution: Parameters<ResolveCall['execute']>[0]['resolution'], call = 'send') =>
        resolveCall.execute({ ...command, call, resolution }),
      retry: () => retryJob.execute(command),
      remove: () => deleteJob.execute(command),
      expire: () => deleteJob.expire(scene.id),
    }
  }

  const happened = { outcome: 'happened', result: 'sent' } as const

  test.each([happened, { outcome: 'did_not_happen' } as const])(
    'is retried and deleted once the call is resolved: %o',
    async (resolution) => {
      const { world, id, retry, remove, resolve, model } = await ended()
      const message = `Job ${id} ended with calls whose outcome is not known: "send" of send. Resolve each with POST /jobs/{id}/calls/{callId}/resolve first.`
      await expect(retry()).rejects.toMatchObject({ code: 'outcome_unknown', message })
      await expect(remove()).rejects.toMatchObject({ code: 'outcome_unknown', message })
      expect(await resolve(resolution)).toMatchObject({ status: 'canceled', unknownCalls: [] })
      expect(await resolve(resolution)).toMatchObject({ status: 'canceled', unknownCalls: [] })
      // It is only recorded.
      expect(model.requests).toHaveLength(1)
      expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
      expect(await retry()).toMatchObject({ created: true })
      await remove()
      expect(await world.store.load(id)).toBeNull()
    },
  )

  test('cannot fail any more, and knows its calls', async () => {
    const { resolve } = await ended()
    await expect(resolve({ outcome: 'fail' })).rejects.toMatchObject({ code: 'job_finished' })
    await expect(resolve(happened, 'other')).rejects.toMatchObject({ code: 'call_not_found' })
  })

  test.each([happened, { outcome: 'did_not_happen' } as const])(
    'is counted once by an operation that repeats its slice after a crash: %o',
    async (resolution) => {
      const { world, id, resolveCall } = await ended()
      const never = { execute: () => Promise.reject(new Error('It resolves, and does nothing else.')) }
      const index = { list: () => Promise.reject(new Error('Its slice is taken.')) }
      const acting = { cancelJob: never, retryJob: never, resolveCall, deleteJob: never }
      const operations = new RunOperation({ ...NO_DECISIONS, index, ...acting, clock: world.clock })
      const now = world.clock.now()
      const begun: Operation = {
        id: 'op_1',
        tenantId: 'acme',
        action: 'resolve',
        resolve: { resolution, tool: null },
        filter: {},
        status: 'running',
        total: 1,
        done: 0,
        skipped: 0,
        slice: [id],
        cursor: null,
        last: true,
        createdAt: now,
        createdBy: TILL,
        updatedAt: now,
        finishedAt: null,
        version: 2,
        fingerprint: null,
      }
      expect(await operations.execute(begun)).toMatchObject({ done: 1, skipped: 0 })
      expect(await operations.execute(begun)).toMatchObject({ done: 1, skipped: 0 })
      expect(await operations.execute({ ...begun, id: 'op_2' })).toMatchObject({ done: 0, skipped: 1 })
    },
  )

  test('is deleted by its retention all the same', async () => {
    const { world, expire } = await ended()
    await pass(world, 366 * 86_400_000)
    expect(await expire()).toBe(true)
  })
})
