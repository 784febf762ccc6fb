import { VersionConflictError } from '#domain/storage/errors.ts'
import { isAhead } from '#domain/time/clock-step.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import { JOB_STATUSES, type JobRecord, type QueuedJob, isFinished } from '#domain/job/job.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import { type JobWake, nextWake } from '#domain/job/wake.ts'
import { ALL_AGENTS, type AgentSelection, type Due, type DueJobs, type DueQuery, type TenantWakes } from '#ports/due.ts'
import type { JobCursor, JobFilter } from '#domain/job/filter.ts'
import {
  type ActivityEnd,
  type ActivityQuery,
  type JobActivity,
  type JobCounts,
  type JobEntry,
  type JobIndex,
  type JobListQuery,
  type JobPage,
  type SomeJobs,
  entryOf,
  partsFrom,
} from '#ports/job-index.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import { usageOf } from '#ports/usage-ledger.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import { MemoryUsageLedger } from './usage-ledger.ts'

interface StoredJob {
  readonly state: JobState
  readonly events: readonly StoredEvent[]
  readonly wake: JobWake
}

interface Waiting {
  readonly id: string
  readonly tenantId: string
  readonly at: number
}

/** Jobs that live as long as the process: for tests and for trying things out. */
export class MemoryJobStore implements JobStore, DueJobs, JobIndex {
  readonly #waker: Waker
  readonly #jobs = new Map<string, StoredJob>()
  readonly ledger = new MemoryUsageLedger()

  constructor(waker: Waker) {
    this.#waker = waker
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const known = this.#jobs.get(job.id)
    if (known) return { job: known.state.job, created: false }
    await this.#put(submit(event), [{ seq: 1, event }])
    return { job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const job = this.#jobs.get(jobId)?.state.job
    return Promise.resolve(job?.tenantId === tenantId ? job : null)
  }

  async load(jobId: string): Promise<JobState | null> {
    return Promise.resolve(this.#jobs.get(jobId)?.state ?? null)
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job } = state
    const stored = this.#jobs.get(job.id)
    const version = job.version - events.length
    if (!stored || !isSame(stored, job) || stored.state.job.version !== version)
      throw new VersionConflictError(job.id, version)
    const seq = stored.events.length + 1
    void this.ledger.add(usageOf(job, events))
    await this.#put(state, [...stored.events, ...events.map((event, index) => ({ seq: seq + index, event }))])
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve((this.#jobs.get(jobId)?.events ?? []).filter(({ seq }) => seq > after))
  }

  async remove(job: JobRecord): Promise<void> {
    const { id, version } = job
    const stored = this.#jobs.get(id)
    if (!stored || !isSame(stored, job) || stored.state.job.version !== version)
      throw new VersionConflictError(id, version)
    this.#jobs.delete(id)
    await this.#waker.wakeAt(job, null)
  }

  tenants(kind: string, now: number): Promise<readonly TenantWakes[]> {
    return this.dueOf(ALL_AGENTS).tenants(kind, now)
  }

  due(query: DueQuery): Promise<readonly string[]> {
    return this.dueOf(ALL_AGENTS).due(query)
  }

  ahead(kind: string, now: number): Promise<readonly Woken[]> {
    return this.dueOf(ALL_AGENTS).ahead(kind, now)
  }

  /** What is due of these agents. */
  dueOf(agents: AgentSelection): Due {
    return {
      tenants: (kind, now) => this.#tenants(this.#waiting(kind, agents), now),
      due: ({ kind, tenantId, now, limit }) => {
        const due = this.#waiting(kind, agents).filter((job) => job.tenantId === tenantId && job.at <= now)
        return Promise.resolve(due.slice(0, limit).map(({ id }) => id))
      },
      ahead: (kind, now) => {
        const late = this.#waiting(kind, agents).filter(({ id, at }) => at > now && isAhead(this.#writtenAt(id), now))
        return Promise.resolve(late.map(({ id, tenantId }) => ({ id, tenantId })))
      },
    }
  }

  #tenants(all: readonly Waiting[], now: number): Promise<readonly TenantWakes[]> {
    const waiting = Map.groupBy(all, ({ tenantId }) => tenantId)
    const tenants = [...waiting].map(([tenantId, jobs]) => ({
      tenantId,
      isDue: jobs.some(({ at }) => at <= now),
      nextAt: jobs.find(({ at }) => at > now)?.at ?? null,
    }))
    return Promise.resolve(tenants)
  }

  async expediteRunning(): Promise<number> {
    const running = [...this.#jobs].filter(([, { state }]) => state.job.status === 'running')
    for (const [id, stored] of running) this.#jobs.set(id, { ...stored, wake: { ...stored.wake, at: 0 } })
    return Promise.resolve(running.length)
  }

  async list({ tenantId, filter, size, after, order = 'newest' }: JobListQuery): Promise<JobPage> {
    const matching = this.#matching(tenantId, filter)
    const far = order === 'newest' ? 1 : -1
    const found = (order === 'newest' ? matching : matching.toReversed()).filter(
      (entry) => !after || compare(entry, after) * far > 0,
    )
    const jobs = found.slice(0, size)
    const last = jobs.at(-1)
    const next = found.length > size && last ? { createdAt: last.createdAt, id: last.id } : null
    return Promise.resolve({ jobs, next })
  }

  count(tenantId: string, filter: JobFilter): Promise<JobCounts> {
    return Promise.resolve(countsOf(this.#matching(tenantId, filter)))
  }

  countSome(tenantId: string, filter: JobFilter, most: number): Promise<SomeJobs> {
    const found = this.#matching(tenantId, filter)
    return Promise.resolve({ counts: countsOf(found.slice(0, most + 1)), isWhole: found.length <= most })
  }

  activity(query: ActivityQuery): Promise<JobActivity> {
    const all = this.#matching(query.tenantId, query.filter)
    const tooMany = all[query.most]
    const from = tooMany ? tooMany.createdAt + 1 : query.filter.createdAfter
    const { start, partMs } = partsFrom(from, query)
    const found = all.filter(({ createdAt }) => createdAt >= from)
    const ends = found.flatMap(({ agent, status, finishedAt, errorCode, stopReason, usage, cost }) =>
      finishedAt === null || !usage || !cost
        ? []
        : [
            {
              agent,
              // As SQL divides, and without its -0.
              part: Math.trunc((finishedAt - start) / partMs) + 0,
              status,
              errorCode,
              earlyStop: stopReason === 'finished' ? null : stopReason,
              jobs: 1,
              usage,
              cost,
            } as ActivityEnd,
          ],
    )
    return Promise.resolve({ from, start, partMs, read: Math.min(all.length, query.most + 1), ends })
  }

  async unfinished(tenantId: string, most: number): Promise<number> {
    const living = [...this.#jobs.values()].filter(
      ({ state: { job } }) => job.tenantId === tenantId && !isFinished(job),
    )
    return Promise.resolve(Math.min(living.length, most))
  }

  async #put(state: JobState, events: readonly StoredEvent[]): Promise<void> {
    const wake = nextWake(state.job)
    this.#jobs.set(state.job.id, structuredClone({ state, events, wake }))
    await this.#waker.wakeAt(state.job, wake)
  }

  #writtenAt(id: string): number {
    return this.#jobs.get(id)?.state.job.updatedAt ?? 0
  }

  #waiting(kind: string, agents: AgentSelection): readonly Waiting[] {
    const isMeant = (agent: string): boolean =>
      'only' in agents ? agent === agents.only : !agents.except.includes(agent)
    const all = [...this.#jobs.values()].filter(({ state, wake }) => wake.kind === kind && isMeant(state.job.agent))
    return all
      .map(({ state, wake }) => ({ id: state.job.id, tenantId: state.job.tenantId, at: wake.at }))
      .sort((a, b) => a.at - b.at)
  }

  #matching(tenantId: string, filter: JobFilter): readonly JobEntry[] {
    const entries = [...this.#jobs.values()].map(({ state }) => entryOf(state.job))
    return entries.filter((entry) => entry.tenantId === tenantId && fits(entry, filter)).sort(compare)
  }
}

/** Two jobs of one idempotency key, one after the other, have one id. */
function isSame({ state }: StoredJob, { runId }: JobRecord): boolean {
  return state.job.runId === runId
}

/** Newest first. */
function compare(a: JobCursor, b: JobCursor): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}

function fits(entry: JobEntry, filter: JobFilter): boolean {
  const { statuses = [], tag, words = [] } = filter
  const { createdAfter = 0, createdBefore = Infinity } = filter
  const conditions = [
    statuses.length === 0 || statuses.includes(entry.status),
    (['agent', 'batch', 'errorCode'] as const).every((name) => (filter[name] ?? entry[name]) === entry[name]),
    filter.stopReason === undefined || stopsSo(entry, filter.stopReason),
    tag === undefined || entry.tags.includes(tag),
    words.every((word) => entry.searchText?.includes(word)),
    (['hasUnknownCalls', 'needsApproval', 'hasFailedCallback'] as const).every(
      (name) => filter[name] === undefined || entry[name],
    ),
    entry.createdAt >= createdAfter,
    entry.createdAt < createdBefore,
  ]
  return conditions.every(Boolean)
}

function stopsSo({ stopReason }: JobEntry, wanted: NonNullable<JobFilter['stopReason']>): boolean {
  return wanted === 'early' ? (stopReason ?? 'finished') !== 'finished' : stopReason === wanted
}

function countsOf(found: readonly JobEntry[]): JobCounts {
  const counts = JOB_STATUSES.map((status) => [status, found.filter((entry) => entry.status === status).length])
  return Object.fromEntries(counts) as JobCounts
}
