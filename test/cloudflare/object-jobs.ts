import { ObjectJobStore } from '#adapters/cloudflare/job-store.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import type { JobStore } from '#ports/job-store.ts'

/** The store of an object whose index hears nothing. */
export function objectJobs(storage: DurableObjectStorage): ObjectJobStore {
  const alarm = new AlarmWaker(storage, new SystemClock())
  return new ObjectJobStore(new DurableObjectDatabase(storage), {
    wakeAt: (job, wake) => alarm.wakeAt(job, wake),
    expect: () => undefined,
    feed: () => undefined,
    settle: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  })
}

/** As of an object that is restarted before everything that is asked of it. */
export function restartedJobs(storage: DurableObjectStorage): JobStore {
  return {
    create: (job, event) => objectJobs(storage).create(job, event),
    get: (tenantId, jobId) => objectJobs(storage).get(tenantId, jobId),
    load: (jobId) => objectJobs(storage).load(jobId),
    save: (state, events) => objectJobs(storage).save(state, events),
    events: (jobId, after) => objectJobs(storage).events(jobId, after),
    remove: (job) => objectJobs(storage).remove(job),
  }
}

/** For jobs that are no items. */
export function noBatch(): Promise<void> {
  return Promise.resolve()
}
