import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'

interface StoredJob {
  readonly job: JobRecord
  readonly events: readonly StoredEvent[]
  readonly wakeAt: number | null
}

/** Jobs that live as long as the process: for tests and for trying things out. */
export class MemoryJobStore implements JobStore, DueJobs {
  readonly #waker: Waker
  readonly #jobs = new Map<string, StoredJob>()

  constructor(waker: Waker) {
    this.#waker = waker
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<void> {
    if (this.#jobs.has(job.id)) throw new VersionConflictError(job.id, 0)
    await this.#put(job, [{ seq: 1, event }])
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const job = await this.load(jobId)
    return job?.tenantId === tenantId ? job : null
  }

  async load(jobId: string): Promise<JobRecord | null> {
    return Promise.resolve(this.#jobs.get(jobId)?.job ?? null)
  }

  async save(job: JobRecord, events: readonly JobEvent[]): Promise<void> {
    const stored = this.#jobs.get(job.id)
    if (stored?.job.version !== job.version - 1) throw new VersionConflictError(job.id, job.version - 1)
    const seq = stored.events.length + 1
    await this.#put(job, [...stored.events, ...events.map((event, index) => ({ seq: seq + index, event }))])
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve((this.#jobs.get(jobId)?.events ?? []).filter(({ seq }) => seq > after))
  }

  async due(now: number, limit: number): Promise<readonly string[]> {
    const waiting = this.#waiting().filter(({ wakeAt }) => wakeAt <= now)
    return Promise.resolve(waiting.slice(0, limit).map(({ id }) => id))
  }

  async nextDueAt(): Promise<number | null> {
    return Promise.resolve(this.#waiting()[0]?.wakeAt ?? null)
  }

  async expediteRunning(): Promise<number> {
    const running = [...this.#jobs].filter(([, { job }]) => job.status === 'running')
    for (const [id, stored] of running) this.#jobs.set(id, { ...stored, wakeAt: 0 })
    return Promise.resolve(running.length)
  }

  async #put(job: JobRecord, events: readonly StoredEvent[]): Promise<void> {
    const wakeAt = nextWakeAt(job)
    this.#jobs.set(job.id, structuredClone({ job, events, wakeAt }))
    await this.#waker.wakeAt(job.id, wakeAt)
  }

  #waiting(): readonly { readonly id: string; readonly wakeAt: number }[] {
    const all = [...this.#jobs].flatMap(([id, { wakeAt }]) => (wakeAt === null ? [] : [{ id, wakeAt }]))
    return all.sort((a, b) => a.wakeAt - b.wakeAt)
  }
}
