import type { JobIntake } from '#ports/job-store.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { Death, type MortalProcess } from './mortal-process.ts'

/** The stores of a webhook, as a process meets them that may die before and after each write. */
export function mortal(process: MortalProcess) {
  return {
    log: (log: WebhookLog): WebhookLog => ({
      add: (entry, sealed) => process.call(() => log.add(entry, sealed)),
      save: (entry) => process.call(() => log.save(entry)),
      find: (key, id) => log.find(key, id),
      list: (key, query) => log.list(key, query),
      toRetry: (key, now, limit) => log.toRetry(key, now, limit),
      purge: () => Promise.resolve(),
      nextTimes: (key) => log.nextTimes(key),
      sweep: (key) => log.sweep(key),
      saveSweep: (sweep) => process.call(() => log.saveSweep(sweep)),
      endSweep: (key) => log.endSweep(key),
    }),
    jobs: (jobs: JobIntake): JobIntake => ({
      create: (job, submitted) => process.call(() => jobs.create(job, submitted)),
      get: (tenantId, jobId) => jobs.get(tenantId, jobId),
    }),
  }
}

/** Whether the process lived to the end of it. */
export async function survives(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof Death) return false
    throw error
  }
}
