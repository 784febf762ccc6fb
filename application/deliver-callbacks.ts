import { JobNotFoundError } from '#domain/errors.ts'
import { judgeAttempt, nextDelivery } from '#domain/job/callback.ts'
import type { Delivery } from '#domain/job/delivery.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { Random } from '#ports/random.ts'
import { writeToJob } from './write-to-job.ts'

export interface DeliverCallbacksDeps {
  readonly jobs: JobStore
  readonly sender: CallbackSender
  readonly tenants: TenantPolicies
  /** The message as it goes over the wire. */
  readonly render: (job: JobRecord, delivery: Delivery) => string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Sends a job's messages that are due, in order. A message is sent again until it is known to have arrived: at least once. */
export class DeliverCallbacks {
  readonly #deps: DeliverCallbacksDeps

  constructor(deps: DeliverCallbacksDeps) {
    this.#deps = deps
  }

  /** Returns when nothing is due any more, or `signal` has stopped the work; what was cut off is sent again. */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    const { jobs, clock } = this.#deps
    for (;;) {
      const job = (await jobs.load(jobId))?.job
      if (!job || nextWake(job).kind !== 'deliver') return
      const delivery = nextDelivery(job)
      if (!delivery || delivery.nextAt > clock.now() || signal.aborted) return
      await this.#deliver(job, delivery, signal)
    }
  }

  async #deliver(job: JobRecord, delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { jobs, clock, random, logger } = this.#deps
    const { id: jobId, tenantId } = job
    const outcome = await this.#send(job, delivery, signal).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (!outcome) return
    const attempt = { at: clock.now(), ...told(outcome) }
    await writeToJob(jobs, { tenantId, jobId }, (journal) => {
      const current = journal.job.deliveries.find(({ id }) => id === delivery.id)
      // Not beside an executor that has begun meanwhile, and not when somebody has asked anew: the message is sent again then.
      if (nextWake(journal.job).kind !== 'deliver' || current?.attemptCount !== delivery.attemptCount) return
      journal.append(judgeAttempt(current, attempt, random.fraction()))
    }).catch((error: unknown) => {
      // Deleted meanwhile: then nobody wants to know.
      if (!(error instanceof JobNotFoundError)) throw error
    })
    logger.info('A callback was attempted.', { jobId, deliveryId: delivery.id, status: attempt.status ?? undefined })
  }

  #send(job: JobRecord, delivery: Delivery, signal: AbortSignal): Promise<CallbackOutcome> {
    const { sender, tenants, render, clock } = this.#deps
    const { callbackSecrets: secrets } = tenants.get(job.tenantId)
    const { callback } = job.options
    if (!callback || secrets.length === 0) {
      return Promise.resolve({ kind: 'unanswered', reason: 'There is no secret to sign it with.' })
    }
    const message = { url: callback.url, id: delivery.id, at: clock.now(), body: render(job, delivery), secrets }
    return sender.send(message, signal)
  }
}

function told(outcome: CallbackOutcome): { readonly status: number | null; readonly reason: string | null } {
  return outcome.kind === 'answered'
    ? { status: outcome.status, reason: null }
    : { status: null, reason: outcome.reason }
}
