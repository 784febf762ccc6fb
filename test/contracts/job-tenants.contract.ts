import { deepStrictEqual } from 'node:assert/strict'
import type { JobFilter } from '#domain/job/filter.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { eventOf } from '#test/support/event-of.ts'
import { T0, started } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { ASKS, FAILED, IN_CALL, type JobIndexSubject, WAITS, append, ids, stored } from './job-index-scene.ts'

const CUT_OFF: readonly JobEvent[] = [started(T0), { type: 'job.completed', at: T0, stopReason: 'length' }]

/** Each way along which a list is read, and a job on it. */
const WAYS: readonly (readonly [string, JobFilter, readonly JobEvent[]])[] = [
  ['time', {}, []],
  ['agent', { agent: 'writer' }, []],
  ['tag', { tag: 'red' }, []],
  ['batch', { batch: 'x' }, []],
  ['a status of living jobs', { statuses: ['queued'] }, []],
  ['a status of ended jobs', { statuses: ['failed'] }, [started(T0), FAILED]],
  ['error code', { errorCode: 'model_failed' }, [started(T0), FAILED]],
  ['calls of unknown outcome', { hasUnknownCalls: true }, [...IN_CALL, WAITS]],
  ['calls that wait for approval', { needsApproval: true }, [...IN_CALL, ASKS]],
  ['answers that are cut off', { stopReason: 'early' }, CUT_OFF],
  ['callbacks that were given up', { hasFailedCallback: true }, [...IN_CALL, ASKS]],
]

async function madeBy(subject: JobIndexSubject, tenantId: string, events: readonly JobEvent[]): Promise<JobState> {
  const callback = { url: 'https://shop.example.com/hook', events: ['job.waiting'] } as const
  const job = await stored(subject, { tenantId, tags: ['red'], batch: 'x', callback })
  const state = await append(subject, submit(eventOf(job)), ...events)
  const [message] = state.job.deliveries
  if (!message) return state
  const given = { type: 'callback.attempted', at: T0, deliveryId: message.id, status: 500, reason: null } as const
  return append(subject, state, { ...given, becomes: 'failed', nextAt: null })
}

export const jobTenants: readonly ContractCase<JobIndexSubject>[] = WAYS.map(([name, filter, events]) => ({
  name: `its tenant alone has a list by ${name}, and its count`,
  async run(subject) {
    const jobs = new Map<string, string>()
    // Their names stand before and after each other in every order.
    for (const tenantId of ['b', 'a', 'c']) jobs.set(tenantId, (await madeBy(subject, tenantId, events)).job.id)
    for (const [tenantId, id] of jobs) {
      deepStrictEqual(await ids(subject, filter, tenantId), [id])
      const counts = Object.values(await subject.index.count(tenantId, filter))
      deepStrictEqual(
        counts.filter((count) => count !== 0),
        [1],
      )
    }
    deepStrictEqual(await ids(subject, filter, 'd'), [])
  },
}))
