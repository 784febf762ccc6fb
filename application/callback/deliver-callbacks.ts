import { JobNotFoundError } from '#domain/job/errors.ts'
import { type AnsweredAttempt, GONE, dueDelivery, judgeAttempt, withhold } from '#domain/callback/callback.ts'
import type { Delivery } from '#domain/callback/delivery.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import { deliverySpan } from '#domain/trace/span-ids.ts'
import type { CallbackOutcome, CallbackSender, Crowded } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { GoneReceivers, Receiver } from '#ports/gone-receivers.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { Random } from '#ports/random.ts'
import { type Sampling, outgoing } from '../agent/run-trace.ts'
import { about } from '../job/log-fields.ts'
import { writeToJob } from '../job/write-to-job.ts'

export interface DeliverCallbacksDeps {
  readonly jobs: JobStore
  readonly sender: CallbackSender
  readonly tenants: TenantPolicies
  readonly goneReceivers: GoneReceivers
  /** The message as it goes over the wire. */
  readonly render: (job: JobRecord, delivery: Delivery) => string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly telemetry?: Sampling
}

/** Sends a job's messages that are due, in order. A message is sent again until it is known to have arrived: at least once. */
export class DeliverCallbacks {
  readonly #deps: DeliverCallbacksDeps

  constructor(deps: DeliverCallbacksDeps) {
    this.#deps = deps
  }

  /**
   * Returns `null` when nothing is due any more, or `signal` has stopped the work; what was cut off is sent again. Where the receiver has
   * no place for it yet, it says so: no attempt was made then, and none is counted.
   */
  async execute(jobId: string, signal: AbortSignal): Promise<Crowded | null> {
    for (;;) {
      const due = await this.#due(jobId)
      if (!due || signal.aborted) return null
      const outcome = await this.#try(due.job, due.delivery, signal)
      if (outcome?.kind === 'crowded') return outcome
      if (outcome) await this.#record(due.job, due.delivery, outcome)
    }
  }

  async #due(jobId: string): Promise<{ readonly job: JobRecord; readonly delivery: Delivery } | null> {
    const { jobs, clock } = this.#deps
    const job = (await jobs.load(jobId))?.job
    if (!job || nextWake(job).kind !== 'deliver') return null
    const delivery = dueDelivery(job, clock.now())
    return delivery && { job, delivery }
  }

  async #record(job: JobRecord, delivery: Delivery, outcome: Tried): Promise<void> {
    const { jobs, clock, random, logger } = this.#deps
    const { id: jobId, tenantId } = job
    const at = clock.now()
    const took = 'tookMs' in outcome && { tookMs: outcome.tookMs }
    await writeToJob(jobs, { tenantId, jobId }, (journal) => {
      const current = journal.job.deliveries.find(({ id }) => id === delivery.id)
      // Skipped when an executor has started or a caller has requested a redelivery: then the message is sent again.
      if (nextWake(journal.job).kind !== 'deliver' || current?.attemptCount !== delivery.attemptCount) return
      const judged =
        outcome.kind === 'withheld'
          ? withhold(current, at)
          : judgeAttempt(current, { at, ...attemptOf(outcome) }, random.fraction())
      journal.append({ ...judged, ...took })
    }).catch((error: unknown) => {
      // Deleted meanwhile: nothing to record.
      if (!(error instanceof JobNotFoundError)) throw error
    })
    const message =
      outcome.kind === 'withheld' ? 'A callback was not sent: its receiver is gone.' : 'A callback was attempted.'
    const status = outcome.kind === 'answered' ? outcome.status : undefined
    logger.info(message, { ...about(job), deliveryId: delivery.id, status })
  }

  /** What came of it; `null` when it was cut off. That a receiver of many jobs is gone is kept first, so that no death forgets it. */
  async #try(job: JobRecord, delivery: Delivery, signal: AbortSignal): Promise<Tried | Crowded | null> {
    const { goneReceivers, clock } = this.#deps
    const shared = this.#sharedReceiver(job)
    if (shared && (await goneReceivers.isGone(shared))) return { kind: 'withheld' }
    const outcome = await this.#timed(() => this.#send(job, delivery, signal)).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    const isGone = outcome?.kind === 'answered' && outcome.status === GONE
    if (shared && isGone) await goneReceivers.add(shared, clock.now())
    return outcome
  }

  /** What is recorded for a span has its duration. */
  async #timed(send: () => Promise<CallbackOutcome>): Promise<CallbackOutcome & Partial<Took>> {
    const { clock, telemetry } = this.#deps
    const begunAt = clock.monotonic()
    const outcome = await send()
    return telemetry ? { ...outcome, tookMs: Math.round(clock.monotonic() - begunAt) } : outcome
  }

  /** The receiver that the tenant's jobs share; `null` where the job has one of its own. */
  #sharedReceiver({ tenantId, options: { callback } }: JobRecord): Receiver | null {
    const isShared = callback !== null && callback.url === this.#deps.tenants.get(tenantId).callback?.url
    return isShared ? { tenantId, url: callback.url } : null
  }

  #send(job: JobRecord, delivery: Delivery, signal: AbortSignal): Promise<CallbackOutcome> {
    const { sender, tenants, render, clock, telemetry } = this.#deps
    const { tenantId, runId, options } = job
    const { callbackSecrets: secrets } = tenants.get(tenantId)
    const { callback, trace } = options
    if (!callback || secrets.length === 0) {
      return Promise.resolve({ kind: 'unanswered', reason: 'There is no secret to sign it with.' })
    }
    const message = {
      tenantId,
      url: callback.url,
      id: delivery.id,
      at: clock.now(),
      body: render(job, delivery),
      secrets,
      trace: outgoing(
        { runId, trace },
        telemetry,
      )(() => deliverySpan(delivery.id, { rounds: delivery.redeliveries, tries: delivery.attemptCount })),
    }
    return sender.send(message, signal)
  }
}

interface Took {
  readonly tookMs: number
}

/** Not sent, for its receiver is gone. */
interface Withheld {
  readonly kind: 'withheld'
}

/** The outcome to record. */
type Tried = (Exclude<CallbackOutcome, Crowded> & Partial<Took>) | Withheld

function attemptOf(outcome: Exclude<Tried, Withheld>): Omit<AnsweredAttempt, 'at'> {
  return outcome.kind === 'answered'
    ? { status: outcome.status, reason: null, retryAfterMs: outcome.retryAfterMs }
    : { status: null, reason: outcome.reason }
}
