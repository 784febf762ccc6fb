import { about } from '#application/job/log-fields.ts'
import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { isWriteEvent } from '#domain/write/event.ts'
import { type JobEvent, changesStatus } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { reportsLate } from '#domain/job/unknown-calls.ts'
import type { Wake } from '#domain/wake.ts'
import { type JobEntry, type JobIndexWriter, entryOf } from '#ports/job-index.ts'
import { type ProposalEntry, type ProposalIndexWriter, proposalsOf } from '#ports/proposal-index.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type UsageEntry, usageOfEnded } from '#ports/usage-ledger.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import type { IndexKnowledge } from './next-alarm.ts'
import type { AlarmWaker } from './waker.ts'

/** The longest time for one attempt: then it lets go, and its job is woken again. */
export const LONGEST_ATTEMPT_MS = 300_000

/**
 * Debounce for index updates: changes within this time become one write, because most of the cost is one for each
 * write.
 */
export const TOGETHER_MS = 250

/** Says that the ledger has the job, and so stays with it until it is deleted. */
const COUNTED = 'counted'

export interface IndexFeedOptions {
  readonly storage: Pick<DurableObjectStorage, 'kv'>
  readonly alarm: AlarmWaker
  readonly index: JobIndexWriter
  /** Of the job's writes. */
  readonly proposals: ProposalIndexWriter
  /** Counts the end of the job in its batch; nothing to do for any other job. May be repeated. */
  readonly endItem: (job: JobRecord) => Promise<void>
  readonly logger: Logger
  readonly clock: Pick<Clock, 'now' | 'after'>
}

/**
 * Writes each lasting change of a job's status to the index, with retries, and the end of an item's job to the batch.
 * Until both have confirmed it, the object's alarm is due soon, set in the transaction of the change. So an entry may be late but is never lost with its
 * object. Nothing of this is stored: a restarted object writes its entry again, which is harmless.
 */
export class IndexFeed implements Waker {
  readonly #options: IndexFeedOptions
  /** What the index is known to have. */
  #landed: JobEntry | null = null
  /** The version of the job whose writes it is known to have. */
  #landedWrites = 0
  #wanted: JobRecord | null = null
  #putting: Promise<void> = Promise.resolve()
  #stopWaiting: (() => void) | null = null

  constructor(options: IndexFeedOptions) {
    this.#options = options
  }

  /** Sets the alarm as the job's wake and what the index lacks make necessary: see `nextAlarm`. */
  async wakeAt(job: Woken, wake: Wake | null): Promise<void> {
    await this.#options.alarm.wakeAt(job, wake, this.#knowledge)
  }

  /** After `settle`: leaves an alarm that is as it must be. */
  async settleAlarm(wake: Wake): Promise<void> {
    await this.#options.alarm.settleAt(wake, this.#knowledge)
  }

  /** With a commit, before its alarm is set, so that it is set for this too. */
  expect(job: JobRecord, events: readonly JobEvent[]): void {
    if (events.some(changesStatus) || events.some(isWriteEvent) || reportsLate(job, events)) this.#wanted = job
  }

  /** After that: writes the latest entry a moment later, in the background. */
  feed(): void {
    if (this.#wanted === null) return
    this.#stopWaiting ??= this.#options.clock.after(TOGETHER_MS, () => void this.#putNow())
  }

  /** Returns when the index knows `job` as it is, or has failed to hear of it. */
  async settle(job: JobRecord): Promise<void> {
    await this.#putting
    const entry = entryFor(job)
    if (this.#landed !== null && isSaidBy(this.#landed, entry) && this.#newWrites(job).length === 0) return
    this.#wanted = job
    await this.#putNow()
  }

  /** @throws when the index or the batch cannot be reached: then the job must not be deleted yet. */
  async remove(job: JobRecord): Promise<void> {
    this.#wanted = null
    await this.#putNow()
    if (this.#isNews(job)) await this.#options.endItem(job)
    if (job.writes.length > 0) await this.#options.proposals.remove(job.id)
    await this.#count(job)
    await this.#options.index.remove(job.id)
    this.#landed = null
    this.#landedWrites = 0
    this.#options.alarm.forget()
  }

  /** An entry that makes the sweep check the job soon brings its end to the lists, even if the object dies. */
  get #knowledge(): IndexKnowledge {
    const sweepsBy = this.#options.clock.now() + LONGEST_ATTEMPT_MS
    return { isBehind: this.#wanted !== null, sweepsSoon: this.#landed !== null && this.#landed.wake.at <= sweepsBy }
  }

  /** Returns when what is wanted has landed, or has failed to. */
  #putNow(): Promise<void> {
    this.#stopWaiting?.()
    this.#stopWaiting = null
    this.#putting = this.#putting.then(() => this.#put())
    return this.#putting
  }

  async #put(): Promise<void> {
    const job = this.#wanted
    if (!job) return
    const entry = entryFor(job)
    // Each is tried, also where the other fails.
    const writes = this.#newWrites(job)
    const landed = await Promise.allSettled([
      this.#options.index.put(entry, this.#usageOf(job)),
      writes.length > 0 ? this.#options.proposals.put(writes) : null,
      this.#isNews(job) ? this.#options.endItem(job) : null,
    ])
    const failed = landed.filter((one) => one.status === 'rejected')
    for (const { reason } of failed) {
      const said = 'The index or the batch of a job could not be updated; the update is repeated.'
      this.#options.logger.error(said, reason, about(job))
    }
    if (failed.length > 0) return
    this.#landed = entry
    this.#landedWrites = job.version
    if (this.#wanted === job) this.#wanted = null
  }

  /**
   * Once the entry is gone, the index cannot say whether the job has been counted. If the object dies between that and
   * its own deletion, it writes the entry anew.
   */
  async #count(job: JobRecord): Promise<void> {
    if (this.#isNews(job)) await this.#options.index.put(entryFor(job), this.#usageOf(job))
    this.#options.storage.kv.put(COUNTED, true)
  }

  /** What the ledger lacks of the job, as far as is known here. */
  #usageOf(job: JobRecord): readonly UsageEntry[] {
    const usage = this.#isNews(job) ? usageOfEnded(job) : []
    return usage.length > 0 && this.#options.storage.kv.get(COUNTED) === true ? [] : usage
  }

  #newWrites(job: JobRecord): readonly ProposalEntry[] {
    return proposalsOf(job, this.#landedWrites)
  }

  /** Whether its status is not known to have landed. */
  #isNews({ status }: JobRecord): boolean {
    return this.#landed?.status !== status
  }
}

/** Whether all that lists and the sweep need of `entry` stands in `landed`. */
function isSaidBy(landed: JobEntry, entry: JobEntry): boolean {
  const told = ['status', 'hasUnknownCalls', 'needsApproval', 'hasFailedCallback'] as const
  return landed.wake.at === entry.wake.at && told.every((name) => landed[name] === entry[name])
}

/** A running job is overdue only when its attempt must be over: until then its object is at work, and its alarm waits for that. */
function entryFor(job: JobRecord): JobEntry {
  const entry = entryOf(job)
  return job.status === 'running'
    ? { ...entry, wake: { ...entry.wake, at: job.updatedAt + LONGEST_ATTEMPT_MS } }
    : entry
}
