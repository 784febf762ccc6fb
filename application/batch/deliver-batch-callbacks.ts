import { type Batch, type BatchDelivery, hasFailedCallback } from '#domain/batch/batch.ts'
import { type AnsweredAttempt, changed, judgeAttempt } from '#domain/callback/callback.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { BatchIndexWriter } from '#ports/batch-index.ts'
import type { CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Random } from '#ports/random.ts'

export interface DeliverBatchCallbacksDeps {
  readonly index: BatchIndexWriter
  readonly sender: CallbackSender
  readonly tenants: TenantPolicies
  /** The message as it goes over the wire. */
  readonly render: (batch: Batch, delivery: BatchDelivery) => string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** When a receiver is asked again that has as many messages under way as it may. */
const CROWDED_MS = 1000
const NEVER_ABORTS = new AbortController().signal

/** Sends the first message of a batch that is due. A message is sent again until it is known to have arrived. */
export class DeliverBatchCallbacks {
  readonly #deps: DeliverBatchCallbacksDeps

  constructor(deps: DeliverBatchCallbacksDeps) {
    this.#deps = deps
  }

  /** The batch with what came of it, not stored yet: sent twice if it cannot be stored. */
  async execute(batch: Batch): Promise<Batch> {
    const { index, clock, random, logger } = this.#deps
    const next = batch.deliveries.find(({ nextAt }) => nextAt !== null)
    const due = next && (next.nextAt ?? 0) <= clock.now() ? next : null
    if (!due) return batch
    const outcome = await this.#send(batch, due)
    const at = clock.now()
    if (outcome.kind === 'crowded') return withDelivery(batch, { ...due, nextAt: at + CROWDED_MS })
    logger.info('A callback of a batch was attempted.', { batchId: batch.id, deliveryId: due.id })
    const judged = judgeAttempt(due, { at, ...attemptOf(outcome) }, random.fraction())
    const attempted = withDelivery(batch, changed(due, judged))
    const hasFailed = hasFailedCallback(attempted)
    // Before it is stored: until then the message is due, and is noted again. Most arrive at once, and need no note.
    if (hasFailed || due.attempts.length > 0) await index.noteCallbacks(batch.id, hasFailed)
    return attempted
  }

  async #send(batch: Batch, delivery: BatchDelivery): Promise<CallbackOutcome> {
    const { sender, tenants, render, clock } = this.#deps
    const { tenantId, callbackUrl: url } = batch
    const { callbackSecrets: secrets } = tenants.get(tenantId)
    if (url === null || secrets.length === 0) {
      return { kind: 'unanswered', reason: 'There is no secret to sign it with.' }
    }
    const body = render(batch, delivery)
    return sender.send({ tenantId, url, id: delivery.id, at: clock.now(), body, secrets }, NEVER_ABORTS)
  }
}

function attemptOf(outcome: Exclude<CallbackOutcome, { kind: 'crowded' }>): Omit<AnsweredAttempt, 'at'> {
  return outcome.kind === 'answered'
    ? { status: outcome.status, reason: null, retryAfterMs: outcome.retryAfterMs }
    : { status: null, reason: outcome.reason }
}

function withDelivery(batch: Batch, delivery: BatchDelivery): Batch {
  return { ...batch, deliveries: batch.deliveries.map((one) => (one.id === delivery.id ? delivery : one)) }
}
